"""Curves: how cost grows with work, and how much work is too much."""

import math
from collections.abc import Callable, Sequence
from statistics import linear_regression


def exponent(sizes: Sequence[float], costs: Sequence[float]) -> float:
    """How cost grows with size: 1 is in proportion, 2 as its square, 0 not at all.

    The slope of the straight line through both on logarithmic axes, by least squares.
    """
    return linear_regression([math.log(size) for size in sizes], [math.log(cost) for cost in costs]).slope


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest of the values that at least this share of them does not exceed; NaN of none."""
    ranked = sorted(values)
    return ranked[max(0, math.ceil(share * len(ranked)) - 1)] if ranked else math.nan


def most(fits: Callable[[int], bool], *, limit: int, within: float = 0.1, first: int = 1) -> int:
    """The largest number that fits, found by doubling and then halving the step.

    Args:
        fits: whether a number does; if one does not, no larger one does. Asked once for a number.
        limit: no larger number is asked for.
        within: how far below the largest the answer may be, as a share of it; each halving has its price.

        first: the number that is asked for first: the nearer to the answer, the fewer are asked for.

    Returns:
        A number that fits; 0 if not even 1 does.
    """
    good, bad = 0, first
    while bad <= limit and fits(bad):
        good, bad = bad, 2 * bad
    bad = min(bad, limit + 1)
    while bad - good > max(1, within * good):
        middle = (good + bad) // 2
        good, bad = (middle, bad) if fits(middle) else (good, middle)
    return good

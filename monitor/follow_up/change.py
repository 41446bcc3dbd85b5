"""How much a measure of an agent's calls has changed since a day, and whether chance alone gives as much.

A call is the unit: its seconds are not independent of one another. The interval is Welch's (1947) for two means with
unequal variances. A difference counts as more than chance only if the interval leaves zero out and shuffling the calls
rarely gives as much (a permutation test, with the correction of Phipson and Smyth 2010): Welch's alone is too narrow
for a few calls of something rare. Both come from scipy.stats.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from monitor.base.chance import Estimate
from monitor.base.resampling import CONFIDENCE, SEED, shuffle_p

if TYPE_CHECKING:
    from monitor.base.resampling import Numbers

FEWEST = 10
"""Calls with the measure that each side needs."""
SHUFFLES = 1999
ALIKE = 1e-9
"""Values that differ by less are the same."""


@dataclass(frozen=True, slots=True)
class Change:
    """A measure before a day and since."""

    before: tuple[float, ...]
    """Its value in each call."""
    since: tuple[float, ...]
    difference: Estimate
    """Of the means; without a value where either side has too few calls."""

    @property
    def missing(self) -> tuple[int, int]:
        """How many more calls each side needs."""
        return max(0, FEWEST - len(self.before)), max(0, FEWEST - len(self.since))


def change(before: Sequence[float], since: Sequence[float]) -> Change:
    """Compare the calls of two periods.

    Args:
        before: the measure in each call of the first.
        since: in each call of the second.
    """
    sides = tuple(before), tuple(since)
    calls = len(before) + len(since)
    if min(map(len, sides)) < FEWEST:
        return Change(*sides, Estimate(calls))
    one, other = (np.array(side, dtype=float) for side in sides)
    value = float(other.mean() - one.mean())
    if max(np.ptp(one), np.ptp(other)) < ALIKE:  # nothing varies, so nothing says how much chance gives
        return Change(*sides, Estimate(calls) if abs(value) > ALIKE else Estimate(calls, 0.0, 0.0, 0.0))
    half = _half(one, other)
    low, high = value - half, value + half
    p = None if low <= 0 <= high else _p(one, other)  # nothing to doubt, and no time to take for it
    return Change(*sides, Estimate(calls, value, low, high, p))


def _half(one: Numbers, other: Numbers) -> float:
    """Half of Welch's interval, with the degrees of freedom after Satterthwaite (1946)."""
    from scipy.stats import t  # takes a second to load

    errors = [float(side.var(ddof=1)) / len(side) for side in (one, other)]
    freedom = sum(errors) ** 2 / sum(
        error**2 / (len(side) - 1) for error, side in zip(errors, (one, other), strict=True)
    )
    return float(t.ppf((1 + CONFIDENCE) / 2, freedom)) * math.sqrt(sum(errors))


def _p(one: Numbers, other: Numbers) -> float:
    values, size = np.concatenate([one, other]), len(one)
    rng = np.random.default_rng(SEED)
    shuffled = rng.permuted(np.tile(values, (SHUFFLES, 1)), axis=1)

    def difference(calls: Any, axis: int = -1) -> Any:  # noqa: ANN401 - as scipy calls it
        return np.take(calls, range(size, len(values)), axis).mean(axis) - np.take(calls, range(size), axis).mean(axis)

    return shuffle_p(values, shuffled, difference, "two-sided")

"""Agreed actions: whether the intervals of their change hold the truth, and how rarely one is reported that is none.

Agents are made up: their calls differ, and each of them agreed on something after the most extreme call of a week.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bench.figures.table import Row
from monitor.base.chance import Estimate
from monitor.follow_up.change import change

AGENTS = 1_000
WEEK = 5
"""Calls of the week in which an action is agreed on."""

Numbers = NDArray[np.float64]
Draw = Callable[[np.random.Generator, int, float], Numbers]


def _spoken(rng: np.random.Generator, calls: int, mean: float) -> Numbers:
    """A rate over the usual, in %."""
    return rng.normal(mean, 8, calls)


def _counted(rng: np.random.Generator, calls: int, mean: float) -> Numbers:
    """Times in 10 minutes, in calls of 2 to 15 minutes."""
    minutes = rng.lognormal(np.log(5), 0.6, calls)
    return rng.poisson(mean * minutes / 10) * 10 / minutes


def _shared(rng: np.random.Generator, calls: int, mean: float) -> Numbers:
    """A share of the speech, in %."""
    return 100 * rng.beta(mean / 25, (100 - mean) / 25, calls)


@dataclass(frozen=True, slots=True)
class Kind:
    """A measure, how many calls there are, and what it was before and is since."""

    name: str
    draw: Draw
    calls: tuple[int, int]
    means: tuple[float, float]


KINDS = (
    Kind("a rate over the usual, 24 calls before, 14 since", _spoken, (24, 14), (18, 6)),
    Kind("the same, 10 and 10", _spoken, (10, 10), (18, 6)),
    Kind("something 3 times in 10 minutes, 24 and 14", _counted, (24, 14), (3, 1.5)),
    Kind("something rare, once in 10 minutes, 40 and 20", _counted, (40, 20), (1, 0.4)),
    Kind("a share of the speech, 24 and 14", _shared, (24, 14), (70, 85)),
)


def rows() -> Iterator[Row]:
    """The share of intervals that hold the truth, of changes reported that are none, and what the one bad call says."""
    for number, kind in enumerate(KINDS):
        rng = np.random.default_rng(number)
        before, since = kind.means
        truth = float(kind.draw(rng, 400_000, since).mean() - kind.draw(rng, 400_000, before).mean())
        held = np.mean([_holds(_agreed(kind, rng, since), truth) for _ in range(AGENTS)])
        reported = np.mean([_agreed(kind, rng, before).beyond_chance for _ in range(AGENTS)])
        yield Row("intervals that hold the true change", 100 * float(held), "%", "≥ 93", "made-up agents", kind.name)
        yield Row(
            "a change reported where there is none", 100 * float(reported), "%", "≤ 7", "made-up agents", kind.name
        )
    rng = np.random.default_rng(len(KINDS))
    better = np.mean(
        [kind.draw(rng, 14, 18).mean() < kind.draw(rng, WEEK, 18).max() for kind in KINDS[:1] for _ in range(AGENTS)]
    )
    yield Row(
        "better than the one bad call, with no change at all",
        *(100 * float(better), "%", "", "made-up agents", "why that call counts on neither side"),
    )


def _agreed(kind: Kind, rng: np.random.Generator, since: float) -> Estimate:
    """An action agreed on after the most extreme call of the last week, which is on neither side."""
    before = kind.draw(rng, kind.calls[0] + WEEK, kind.means[0])
    picked = len(before) - WEEK + int(before[-WEEK:].argmax())
    return change(list(np.delete(before, picked)), list(kind.draw(rng, kind.calls[1], since))).difference


def _holds(found: Estimate, truth: float) -> bool:
    return found.low is not None and found.high is not None and found.low <= truth <= found.high

"""How sure an average over calls is, and whether a difference between calls is more than chance.

A call counts by the weight it is given, such as its speech. Intervals are percentile bootstrap intervals (Efron and
Tibshirani 1993) over calls, or over agents where there are enough of them to be drawn as clusters (Cameron, Gelbach
and Miller 2008). P-values are of permutations within agents, with the correction of Phipson and Smyth (2010); both come
from scipy.stats. Differences compare each agent only with the same agent's other calls.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from monitor.base.resampling import CONFIDENCE, RESAMPLES, SEED, Drawn, alike, members, shuffle_p

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from monitor.base.resampling import Numbers, Places

MOST_PERMUTATIONS, PERMUTED = 4999, 10_000_000
"""Shuffles for a p-value, fewer where they would have more values than that in all."""
MANY_AGENTS = 15
"""From this many on, agents are drawn as clusters, too: with fewer, such intervals are too narrow."""
FEWEST_CALLS = 5.0
"""Calls of equal weight (Kish 1965) that an average needs."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """An average, or a difference, with its 95 % interval."""

    calls: int
    """How many it was estimated from."""
    value: float | None = None
    """None where there is too little data."""
    low: float | None = None
    high: float | None = None
    p: float | None = None
    """Of a difference: how often chance alone gives one as large."""

    @property
    def beyond_chance(self) -> bool:
        """Whether the interval leaves zero out, and chance alone rarely gives as much."""
        if self.low is None or self.high is None:
            return False
        return not self.low <= 0 <= self.high and (self.p is None or self.p < 1 - CONFIDENCE)


def averages(values: Numbers, weights: Numbers, agents: Places) -> list[Estimate]:
    """The weighted mean of each measure.

    Args:
        values: a row for each measure, a column for each call; NaN where a call has no value.
        weights: of the calls, positive.
        agents: of the calls, as numbers.
    """
    found = [Estimate(int(known)) for known in (~np.isnan(values)).sum(axis=1)]
    for rows, calls in alike(values):
        weight, own = weights[calls], values[np.ix_(rows, calls)]
        if _equal_calls(weight) < FEWEST_CALLS:
            continue
        units, agent = _units(agents[calls])
        totals, parts = _summed(own * weight, units), _summed(weight[np.newaxis], units)
        low, high = Drawn(partial(_mean, totals=totals, parts=parts)).interval([np.arange(agent)])
        for at, row in enumerate(rows):
            value = float(totals[at].sum() / parts.sum())
            found[row] = Estimate(len(calls), value, float(low[at]), float(high[at]))
    return found


def effects(values: Numbers, weights: Numbers, agents: Places, x: Numbers) -> list[Estimate]:
    """How much each measure differs for one unit of x, within agents: the slope of a weighted fixed-effects model.

    Args:
        values: a row for each measure, a column for each call; NaN where a call has no value.
        weights: of the calls, positive.
        agents: of the calls, as numbers; those whose calls have all the same x do not count.
        x: of the calls: 0 and 1 for two periods, or a time.
    """
    found = [Estimate(int(known)) for known in (~np.isnan(values)).sum(axis=1)]
    for rows, known in alike(values):
        calls = known[_varies(agents[known], x[known])]
        if not _enough(weights[calls], x[calls]):
            continue
        model = _Model(values[np.ix_(rows, calls)], weights[calls], agents[calls], x[calls])
        low, high, p = model.by_calls()
        if len(model.own) >= MANY_AGENTS:  # agents may differ in how they change: the wider interval counts
            low_of_agents, high_of_agents, p_of_agents = model.by_agents()
            low, high, p = np.minimum(low, low_of_agents), np.maximum(high, high_of_agents), np.maximum(p, p_of_agents)
        for at, row in enumerate(rows):
            found[row] = Estimate(len(calls), float(model.slopes[at]), float(low[at]), float(high[at]), float(p[at]))
    return found


def spread_p(values: Numbers, weights: Numbers, agents: Places) -> list[float | None]:
    """How often chance alone spreads the agents' averages as far apart as they are; None for too little data.

    Args:
        values: a row for each measure, a column for each call; NaN where a call has no value.
        weights: of the calls, positive.
        agents: of the calls, as numbers.
    """
    found: list[float | None] = [None] * len(values)
    for rows, calls in alike(values):
        own = members(agents[calls])
        if len(own) < 2 or len(calls) < 2 * FEWEST_CALLS:  # noqa: PLR2004 - a difference needs two
            continue
        weight = weights[calls]
        shuffled = np.random.default_rng(SEED).permuted(np.tile(np.arange(len(calls)), (RESAMPLES, 1)), axis=1)
        for row in rows:
            value = values[row, calls] - np.average(values[row, calls], weights=weight)
            apart = partial(_apart, own=own, weights=weight, totals=weight * value)
            found[row] = shuffle_p(np.arange(len(calls)), shuffled, apart, "greater")
    return found


def _mean(counts: Numbers, totals: Numbers, parts: Numbers) -> Numbers:
    found: Numbers = (totals @ counts.T) / (parts @ counts.T)
    return found


def _apart(order: Any, axis: int = -1, *, own: Numbers, weights: Numbers, totals: Numbers) -> Any:  # noqa: ANN401, ARG001
    """How far the agents' averages lie from the average of all, if the calls are in this order."""
    at = order.astype(int)
    return ((totals[at] @ own.T) ** 2 / (weights[at] @ own.T)).sum(axis=-1)


def holm(p_values: Sequence[float]) -> list[bool]:
    """Which of several differences are beyond chance when all are looked at together, after Holm (1979)."""
    order = sorted(range(len(p_values)), key=p_values.__getitem__)
    found = [False] * len(p_values)
    for rank, at in enumerate(order):
        if p_values[at] >= (1 - CONFIDENCE) / (len(p_values) - rank):
            break
        found[at] = True
    return found


class _Model:
    """Measures of calls, explained by x and by whose call it is."""

    def __init__(self, values: Numbers, weights: Numbers, agents: Places, x: Numbers) -> None:
        self.own = members(agents)
        self._x = x - np.average(x, weights=weights)
        self._weights = weights
        self._parts = self.own @ weights
        means = ((values * weights) @ self.own.T) / self._parts
        self._values = values - means @ self.own
        x_within = self._x - ((self._x * weights) @ self.own.T / self._parts) @ self.own
        self._crossed, self._squared = self._values * weights * x_within, weights * x_within**2
        self.slopes: Numbers = self._crossed.sum(axis=1) / self._squared.sum()

    def by_calls(self) -> tuple[Numbers, Numbers, Numbers]:
        """Intervals by drawing calls, and p-values by shuffling x within agents."""
        sides = [np.flatnonzero(self._x == side) for side in np.unique(self._x)]
        two = len(sides) == 2  # noqa: PLR2004 - before and after
        order = np.concatenate(sides) if two else np.arange(len(self._x))
        strata = np.split(np.arange(len(order)), [len(sides[0])]) if two else [order]
        own, x, weights = self.own[:, order], self._x[order], self._weights[order]
        values = self._values[:, order]
        columns = [own * weights, own * weights * x, *(own * weights * value for value in values)]
        sums = np.concatenate([*columns, values * weights * x, [weights * x * x]])
        agents = len(own)

        def slopes(counts: Numbers) -> Numbers:
            drawn = counts @ sums.T
            parts = np.maximum(drawn[:, :agents], 1e-12)
            with_x = drawn[:, agents : 2 * agents]
            with_values = drawn[:, 2 * agents : (2 + len(values)) * agents].reshape(len(drawn), len(values), agents)
            crossed: Numbers = drawn[:, -len(values) - 1 : -1] - np.einsum("da,dva->dv", with_x / parts, with_values)
            squared = drawn[:, -1] - (with_x**2 / parts).sum(axis=1)
            found: Numbers = (crossed / np.maximum(squared, 1e-12)[:, np.newaxis]).T
            return found

        low, high = Drawn(slopes).interval(strata)
        return low, high, self._shuffle_ps()

    def by_agents(self) -> tuple[Numbers, Numbers, Numbers]:
        """Intervals by drawing agents, and the p-values that belong to them."""
        crossed, squared = self._crossed @ self.own.T, self._squared @ self.own.T
        drawn = Drawn(lambda counts: (crossed @ counts.T) / (squared @ counts.T)).draws([np.arange(len(self.own))])
        draws, interval = np.atleast_2d(drawn.bootstrap_distribution), drawn.confidence_interval
        below = np.minimum((draws <= 0).sum(axis=1), (draws >= 0).sum(axis=1))
        return (
            np.atleast_1d(interval.low),
            np.atleast_1d(interval.high),
            np.minimum(1.0, 2 * (below + 1) / (draws.shape[1] + 1)),
        )

    def _shuffle_ps(self) -> Numbers:
        rng = np.random.default_rng(SEED)
        times = max(RESAMPLES, min(MOST_PERMUTATIONS, PERMUTED // len(self._x)))
        shuffled = np.tile(self._x.astype(np.float32), (times, 1))
        for calls in self.own.astype(bool):
            shuffled[:, calls] = rng.permuted(shuffled[:, calls], axis=1)
        weighted = self.own * self._weights

        def squared(x: Any) -> Any:  # noqa: ANN401 - of one order of the calls or of many
            return x**2 @ self._weights - ((x @ weighted.T) ** 2 / self._parts).sum(axis=-1)

        below = squared(shuffled)

        def p(total: Numbers) -> float:
            def slope(x: Any, axis: int = -1) -> Any:  # noqa: ANN401, ARG001 - as scipy calls it
                return (x @ total) / (below if x.ndim > 1 else squared(x))

            return shuffle_p(self._x.astype(np.float32), shuffled, slope, "two-sided")

        return np.array([p(value * self._weights) for value in self._values])


def _units(agents: Places) -> tuple[Numbers | None, int]:
    """The clusters to draw, and their number; None for single calls."""
    own = members(agents)
    return (own, len(own)) if len(own) >= MANY_AGENTS else (None, len(agents))


def _summed(values: Numbers, units: Numbers | None) -> Numbers:
    return values if units is None else values @ units.T


def _equal_calls(weights: Numbers) -> float:
    """How many calls of equal weight tell as much."""
    return float(weights.sum() ** 2 / (weights**2).sum()) if len(weights) else 0.0


def _varies(agents: Places, x: Numbers) -> NDArray[np.bool_]:
    """Whether a call's agent has calls with another x, too."""
    own = members(agents).astype(bool)
    both = np.array([len(np.unique(x[calls])) > 1 for calls in own], dtype=bool)
    found: NDArray[np.bool_] = own[both].any(axis=0)
    return found


def _enough(weights: Numbers, x: Numbers) -> bool:
    sides = np.unique(x)
    if len(sides) < 2:  # noqa: PLR2004 - a difference needs two
        return False
    if len(sides) > 2:  # noqa: PLR2004
        return _equal_calls(weights) >= 2 * FEWEST_CALLS
    return all(_equal_calls(weights[x == side]) >= FEWEST_CALLS for side in sides)

"""Draws calls again and again, and shuffles them, by scipy.stats."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers: TypeAlias = NDArray[np.float64]
    Places: TypeAlias = NDArray[np.int_]

RESAMPLES = 999
"""Draws for an interval."""
CONFIDENCE = 0.95
SEED = 20260301
"""Of all draws: the same calls give the same page."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A statistic of calls, given how often each was drawn: rows of counts in, a column of values for each out."""

    of: Callable[[Numbers], Numbers]

    def interval(self, strata: Sequence[Places]) -> tuple[Numbers, Numbers]:
        """Draw each stratum with replacement, again and again."""
        drawn = self.draws(strata).confidence_interval
        return np.atleast_1d(drawn.low), np.atleast_1d(drawn.high)

    def draws(self, strata: Sequence[Places]) -> Any:  # noqa: ANN401 - as scipy gives it
        """Draw them, and give all that was found."""
        from scipy.stats import bootstrap  # takes a second to load

        places = sum(map(len, strata))

        def statistic(*samples: Any, axis: int = -1) -> Numbers:  # noqa: ANN401, ARG001 - as scipy calls it
            order = np.concatenate(samples, axis=-1)
            rows = np.atleast_2d(order)
            at = rows + places * np.arange(len(rows))[:, np.newaxis]
            counts = np.bincount(at.ravel(), minlength=places * len(rows)).reshape(len(rows), places)
            values = self.of(counts.astype(float))
            return values if order.ndim > 1 else values[:, 0]

        return bootstrap(
            tuple(strata),
            statistic,
            n_resamples=RESAMPLES,
            vectorized=True,
            confidence_level=CONFIDENCE,
            method="percentile",
            rng=np.random.default_rng(SEED),
        )


def shuffle_p(found: Any, shuffled: Any, statistic: Callable[..., Any], alternative: str) -> float:  # noqa: ANN401
    """How often the shuffled calls give as much as the calls as they are."""
    from scipy.stats import monte_carlo_test  # takes a second to load

    test = monte_carlo_test(
        found,
        lambda size: shuffled,  # noqa: ARG005 - as many as there are
        statistic,
        vectorized=True,
        n_resamples=len(shuffled),
        alternative=alternative,
    )
    return float(test.pvalue)


def alike(values: Numbers) -> Iterator[tuple[Places, Places]]:
    """The rows that have values for the same calls, and those calls."""
    known = ~np.isnan(values)
    groups: dict[bytes, list[int]] = {}
    for row, pattern in enumerate(known):
        groups.setdefault(pattern.tobytes(), []).append(row)
    for rows in groups.values():
        yield np.array(rows), np.flatnonzero(known[rows[0]])


def members(agents: Places) -> Numbers:
    """A row for each agent: 1 for that agent's calls."""
    found: Numbers = (np.unique(agents)[:, np.newaxis] == agents).astype(float)
    return found

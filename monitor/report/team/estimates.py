"""The measures of many calls with their 95 % ranges, and their differences between days and agents."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from monitor.base import chance
from monitor.base.chance import Estimate
from monitor.call.scorecard.card import Card
from monitor.report.team.numbers import MEASURES, CallNumbers, Measure

FEWEST_WEEKS = 3
"""Weeks with calls that a trend needs."""
DAYS = 7

Estimates = dict[str, Estimate]
"""By the name of the measure."""


@dataclass(frozen=True, slots=True)
class OneCall:
    """A call in a report over many."""

    agent: str
    """The name to show."""
    day: date
    numbers: CallNumbers
    recording: bool = False
    """Whether nobody could see its prompts."""
    cards: tuple[Card, ...] = ()
    """How people scored it."""


def averages(calls: Sequence[OneCall], measures: Sequence[Measure] = MEASURES) -> Estimates:
    """The average of each measure, calls weighted by the agent's speech."""
    return _named(_Measured(calls, measures), lambda own: chance.averages(own.values, own.weights, own.agents))


def changes(calls: Sequence[OneCall], at: date, measures: Sequence[Measure] = MEASURES) -> Estimates:
    """How much each measure differs from a day on, within agents."""
    first = at.toordinal()
    return _named(
        _Measured(calls, measures),
        lambda own: chance.effects(own.values, own.weights, own.agents, (own.days >= first).astype(float)),
    )


def trends(calls: Sequence[OneCall]) -> Estimates:
    """How much each measure changes a week, within agents; nothing if there are too few weeks."""
    if len({(call.day - date.min).days // DAYS for call in calls}) < FEWEST_WEEKS:
        return {}
    return _named(
        _Measured(calls), lambda own: chance.effects(own.values, own.weights, own.agents, np.divide(own.days, DAYS))
    )


def agents_apart(calls: Sequence[OneCall]) -> dict[str, float | None]:
    """How often chance alone spreads the agents as far apart as they are, for each measure."""
    own = _Measured(calls)
    found = chance.spread_p(own.values, own.weights, own.agents) if len(own.weights) else [None] * len(MEASURES)
    return {measure.name: p for measure, p in zip(MEASURES, found, strict=True)}


def steps_done(calls: Sequence[OneCall]) -> tuple[tuple[str, Estimate], ...]:
    """The share of each checklist's steps that were done, in percent, in alphabetical order."""
    titles = sorted({title for call in calls for title in call.numbers.steps})
    found = []
    for title in titles:
        rows = [(*call.numbers.steps[title], call.agent) for call in calls if title in call.numbers.steps]
        done, of = np.array([row[:2] for row in rows if row[1]], dtype=float).reshape(-1, 2).T
        _, agents = np.unique([row[2] for row in rows if row[1]], return_inverse=True)
        found.append((title, chance.averages((100 * done / of)[np.newaxis], of, agents)[0]))
    return tuple(found)


def stand(estimates: Iterable[Estimate], others: Iterable[float | None] = ()) -> list[bool]:
    """Which differences stand when all comparisons of a page are looked at together, after Holm.

    Args:
        estimates: the differences.
        others: p-values of the page's other comparisons; None for those that were not made.
    """
    every = list(estimates)
    made = [at for at, one in enumerate(every) if one.p is not None]
    found = chance.holm([*(every[at].p or 0.0 for at in made), *(p for p in others if p is not None)])
    standing = {at for at, stands in zip(made, found, strict=False) if stands}
    return [at in standing and one.beyond_chance for at, one in enumerate(every)]


class _Measured:
    """The calls that are measured, as columns."""

    def __init__(self, calls: Sequence[OneCall], measures: Sequence[Measure] = MEASURES) -> None:
        own = [call for call in calls if any(value is not None for value in call.numbers.values.values())]
        names = {name: at for at, name in enumerate(sorted({call.agent for call in own}))}
        rows = [[call.numbers.values.get(measure.name) for call in own] for measure in measures]
        self.measures = measures
        self.values = np.array(rows, dtype=float).reshape(len(measures), len(own))
        self.weights = np.array([call.numbers.talk_s for call in own], dtype=float)
        self.agents = np.array([names[call.agent] for call in own], dtype=int)
        self.days = np.array([call.day.toordinal() for call in own], dtype=float)


def _named(own: _Measured, estimate: Callable[[_Measured], list[Estimate]]) -> Estimates:
    found = estimate(own) if len(own.weights) else [Estimate(0)] * len(own.measures)
    return {measure.name: one for measure, one in zip(own.measures, found, strict=True)}

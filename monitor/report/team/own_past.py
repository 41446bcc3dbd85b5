"""What a team should practise next: where the last weeks are behind each agent's own earlier calls."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from monitor.base import chance
from monitor.base.chance import Estimate
from monitor.report.team.estimates import OneCall
from monitor.report.team.numbers import MEASURES
from monitor.report.titles import Titles

LATELY = timedelta(days=28)
"""The last weeks, where no day is given from which on calls are compared."""
LESS = ("level_in_pct", "rate_in_pct")
"""Measures of which less is to be practised."""
MORE = ("interruptions_per_10_min", "dead_air_per_10_min")
"""Measures of which more is."""
WANTED = frozenset({
    *("open-question", "courtesy", "empathy", "acknowledgement", "paraphrase", "apology", "fault-admitted"),
    *("ownership", "positive-wording", "alternative", "options", "plan", "follow-up", "hold", "appreciation"),
    *("good-wishes", "feedback", "extra-help", "privacy"),
})  # fmt: skip
"""Report items of which less is to be practised."""
UNWANTED = frozenset({
    *("order", "deflecting", "blaming", "dismissive", "policy", "defensive", "as-i-said", "negative-wording"),
    *("refusal", "guarantee"),
})  # fmt: skip
"""Report items of which more is."""


@dataclass(frozen=True, slots=True)
class Behind:
    """Something that is away from the agents' own past in the direction that is to be practised."""

    title: str
    unit: str
    digits: int
    before: Estimate
    lately: Estimate
    difference: Estimate
    """Within agents; its interval leaves zero out."""
    stands: bool
    """Whether it remains when everything that was compared is counted (Holm 1979)."""


@dataclass(frozen=True, slots=True)
class OwnPast:
    """The last weeks beside the time before."""

    since: date
    calls: tuple[int, int]
    """Before, and since."""
    compared: int
    """How much of what can be practised had enough calls on both sides."""
    behind: tuple[Behind, ...]
    """In alphabetical order."""


def own_past(calls: Sequence[OneCall], titles: Titles, since: date | None = None) -> OwnPast:
    """Compare the last weeks with each agent's own earlier calls.

    Args:
        calls: of the team, or of one agent.
        titles: of report items.
        since: the first day of what is compared with the time before; without it, the last four weeks are.
    """
    since = since or max(call.day for call in calls) - LATELY + timedelta(days=1)
    own = [call for call in calls if any(value is not None for value in call.numbers.values.values())]
    sides = sum(call.day < since for call in calls), sum(call.day >= since for call in calls)
    if not own or not all(sides):
        return OwnPast(since, sides, 0, ())
    rows = _rows(own, titles)
    values = np.array([values for *_, values in rows], dtype=float)
    weights = np.array([call.numbers.talk_s for call in own], dtype=float)
    names = {name: at for at, name in enumerate(sorted({call.agent for call in own}))}
    agents = np.array([names[call.agent] for call in own], dtype=int)
    late = np.array([call.day >= since for call in own])
    found = chance.effects(values, weights, agents, late.astype(float))
    made = [one for one in found if one.p is not None]
    stand = dict(zip(map(id, made), chance.holm([one.p or 0.0 for one in made]), strict=True))
    before, lately = (
        chance.averages(values[:, side], weights[side], np.unique(agents[side], return_inverse=True)[1])
        for side in (~late, late)
    )
    return OwnPast(
        since,
        sides,
        len(made),
        tuple(
            Behind(title, unit, digits, before[at], lately[at], one, stand[id(one)])
            for at, ((title, unit, digits, sign, _), one) in enumerate(zip(rows, found, strict=True))
            if one.beyond_chance and sign * (one.value or 0) > 0
        ),
    )


def _rows(calls: Sequence[OneCall], titles: Titles) -> list[tuple[str, str, int, int, list[float | None]]]:
    """What is compared: title, unit, digits, the sign of what is to be practised, and the value of each call."""
    rows: list[tuple[str, str, int, int, list[float | None]]] = [
        (one.title, one.unit, one.digits, -1 if one.name in LESS else 1, [_value(call, one.name) for call in calls])
        for one in MEASURES
        if one.name in {*LESS, *MORE}
    ]
    heard = {item for call in calls for item in call.numbers.items}
    rows += [
        (titles.item(item), "in 10 min", 1, -1 if item in WANTED else 1, [_in_10_min(call, item) for call in calls])
        for item in sorted(heard & (WANTED | UNWANTED))
    ]
    return sorted(rows, key=lambda row: row[0])


def _value(call: OneCall, measure: str) -> float | None:
    return call.numbers.values.get(measure)


def _in_10_min(call: OneCall, item: str) -> float | None:
    own = call.numbers
    return 600 * own.items.get(item, 0) / own.duration_s if own.transcribed and own.duration_s else None

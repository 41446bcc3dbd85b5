"""How the calls of a team were scored: averages of each form and each item with their 95 % ranges."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from monitor.base import chance
from monitor.base.chance import Estimate
from monitor.call.scorecard.card import POINTS, Card

if TYPE_CHECKING:
    from monitor.report.team.estimates import OneCall


@dataclass(frozen=True, slots=True)
class ItemScore:
    """One item of a form."""

    title: str
    score: Estimate
    """Share of its points, in percent; over the calls to which it applies."""


@dataclass(frozen=True, slots=True)
class FormScore:
    """All cards of one form."""

    title: str
    calls: int
    cards: int
    """More than calls, where two people scored one."""
    score: Estimate
    """In percent; each call counts the same, whoever and however many scored it."""
    machine_pct: float | None
    """Share of the weight that the machine answered and no person did, on average."""
    items: tuple[ItemScore, ...]
    """In the order of the form."""


def form_scores(calls: Sequence[OneCall]) -> tuple[FormScore, ...]:
    """The scores of each form, in alphabetical order of its id."""
    forms = sorted({card.form for call in calls for card in call.cards})
    return tuple(_form_score(form, [call for call in calls if _of(call, form)]) for form in forms)


def _form_score(form: str, calls: Sequence[OneCall]) -> FormScore:
    cards = [_of(call, form) for call in calls]
    newest = max((card for own in cards for card in own), key=lambda card: card.made)
    _, agents = np.unique([call.agent for call in calls], return_inverse=True)
    rows = [
        [_mean(card.score.score_pct for card in own) for own in cards],
        *([_mean(_points(card, item.id) for card in own) for own in cards] for item in newest.items),
    ]
    found = chance.averages(np.array(rows, dtype=float), np.ones(len(calls)), agents)
    machine = _mean(_mean(card.score.machine_pct for card in own) for own in cards)
    return FormScore(
        title=newest.title,
        calls=len(calls),
        cards=sum(map(len, cards)),
        score=found[0],
        machine_pct=machine,
        items=tuple(ItemScore(item.title, own) for item, own in zip(newest.items, found[1:], strict=True)),
    )


def _of(call: OneCall, form: str) -> list[Card]:
    return [card for card in call.cards if card.form == form]


def _points(card: Card, item: str) -> float | None:
    answer = next((one.counted for one in card.items if one.id == item), None)
    return 100 * POINTS[answer] if answer and answer in POINTS else None


def _mean(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None

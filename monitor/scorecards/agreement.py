"""How far two people agree who scored the same calls: Cohen's kappa, and each item on which they differ.

Kappa is weighted: "partly" is half as far from "yes" as "no" is (linear weights, Cohen 1968), by scikit-learn. Its
range comes from drawing the calls again and again (bootstrap), as the items of one call are not independent.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.base.errors import MonitorError
from monitor.call.scorecard import card_files
from monitor.call.scorecard.card import POINTS, Answer, Card, CardItem

if TYPE_CHECKING:
    from monitor.base.resampling import Numbers

FEWEST_ITEMS = 10
"""Items that two people must both have answered, before kappa says anything."""
FEWEST_CALLS = 5
"""Calls from which its range can be told."""

CallCards = tuple[str, tuple[Card, ...]]
"""A call's name, and its cards."""


@dataclass(frozen=True, slots=True)
class Opinion:
    """What one person says of an item."""

    by: str
    answer: Answer
    note: str


@dataclass(frozen=True, slots=True)
class Difference:
    """An item on which two people differ."""

    call: str
    item: str
    title: str
    at_s: float | None
    """The moment that it is about."""
    one: Opinion
    other: Opinion


@dataclass(frozen=True, slots=True)
class Agreement:
    """Two people who scored calls with the same form."""

    form: str
    title: str
    people: tuple[str, str]
    calls: int
    """That both scored."""
    items: int
    """Both answered yes, partly or no, and at least one did not leave it to the machine."""
    same: int
    """Of these, with the same answer."""
    not_applicable: int
    """Items that one answered, and the other called not applicable."""
    kappa: float | None
    """None for too few items, or if both always give the same answer."""
    low: float | None
    high: float | None
    differences: tuple[Difference, ...]


def cards_of(folders: Iterable[Path], failed: Callable[[str], object]) -> Iterator[CallCards]:
    """The cards of each call.

    Args:
        folders: of the calls.
        failed: called with a sentence for each call whose cards cannot be read.
    """
    for folder in folders:
        try:
            yield folder.name, card_files.read(folder)
        except MonitorError as error:
            failed(str(error))


def compared(cards: Iterable[CallCards], form: str = "") -> tuple[Agreement, ...]:
    """Compare every two people who scored the same calls.

    Args:
        cards: of the calls.
        form: id of the form; empty for each form.
    """
    pairs: dict[tuple[str, str, str], list[tuple[str, Card, Card]]] = {}
    for call, own in cards:
        for one, other in combinations(sorted(own, key=lambda card: card.by), 2):
            if one.form == other.form and one.by != other.by and form in {"", one.form}:
                pairs.setdefault((one.form, one.by, other.by), []).append((call, one, other))
    return tuple(_agreement(both) for _, both in sorted(pairs.items()))


def _agreement(both: Sequence[tuple[str, Card, Card]]) -> Agreement:
    _, first, second = both[0]
    rows = [(number, pair) for number, (_, one, other) in enumerate(both) for pair in _pairs(one, other)]
    rated = [
        (number, POINTS[mine], POINTS[its])
        for number, (one, other) in rows
        for mine, its in [(one.counted, other.counted)]
        if mine in POINTS and its in POINTS and mine and its
    ]
    kappa, low, high = _kappa(rated, len(both))
    return Agreement(
        form=first.form,
        title=both[-1][1].title,
        people=(first.by, second.by),
        calls=len(both),
        items=len(rated),
        same=sum(one == other for _, one, other in rated),
        not_applicable=sum((one.counted == "na") is not (other.counted == "na") for _, (one, other) in rows),
        kappa=kappa,
        low=low,
        high=high,
        differences=tuple(
            _difference(*both[number], one, other) for number, (one, other) in rows if one.counted != other.counted
        ),
    )


def _pairs(one: Card, other: Card) -> Iterator[tuple[CardItem, CardItem]]:
    """Items that both answered; where both leave it to the machine, there is nothing to agree on."""
    theirs = {item.id: item for item in other.items}
    for own in one.items:
        its = theirs.get(own.id)
        if its and own.counted and its.counted and (own.answer or its.answer):
            yield own, its


def _difference(call: str, one: Card, other: Card, own: CardItem, its: CardItem) -> Difference:
    assert own.counted  # noqa: S101 - both answered
    assert its.counted  # noqa: S101
    at_s = own.at_s if own.at_s is not None else its.at_s
    return Difference(
        call,
        own.id,
        own.title,
        at_s,
        Opinion(one.by, own.counted, own.note),
        Opinion(other.by, its.counted, its.note),
    )


def _kappa(rated: Sequence[tuple[int, float, float]], calls: int) -> tuple[float | None, float | None, float | None]:
    """Kappa, and its 95 % range."""
    if len(rated) < FEWEST_ITEMS:
        return None, None, None
    import numpy as np
    from sklearn.metrics import cohen_kappa_score  # type: ignore[import-untyped]  # takes a second to load

    call, one, other = (np.array(column) for column in zip(*rated, strict=True))
    halves = np.array([0, 1, 2])

    def kappa(weights: Numbers | None = None) -> float:
        with warnings.catch_warnings():  # of answers that are all the same: the result is NaN, and we say so
            warnings.simplefilter("ignore")
            return float(
                cohen_kappa_score(
                    (2 * one).astype(int),
                    (2 * other).astype(int),
                    labels=halves,
                    weights="linear",
                    sample_weight=weights,
                )
            )

    value = kappa()
    if isnan(value):
        return None, None, None
    if calls < FEWEST_CALLS:
        return value, None, None
    from monitor.base.resampling import Drawn

    def drawn(counts: Numbers) -> Numbers:
        return np.array([[kappa(row[call]) for row in counts]])

    low, high = Drawn(drawn).interval([np.arange(calls)])
    if isnan(float(low[0])) or isnan(float(high[0])):
        return value, None, None
    return value, float(low[0]), float(high[0])

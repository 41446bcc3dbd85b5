"""A filled scorecard: what the machine found, what a person answered, and the score of both together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

Answer = Literal["yes", "partly", "no", "na"]
POINTS: Mapping[Answer, float] = {"yes": 1.0, "partly": 0.5, "no": 0.0}
"""What an answer is worth; not applicable takes the item's weight out."""
WORDS: Mapping[Answer, str] = {"yes": "yes", "partly": "partly", "no": "no", "na": "n.a."}
"""How people read an answer."""


@dataclass(frozen=True, slots=True)
class Found:
    """What the machine answers for an item, and why."""

    answer: Answer
    fact: str
    """What was measured or counted, without words of the call."""
    at_s: float | None = None
    """Where in the call; None for the call as a whole."""
    quote: str = ""
    """The words that were said there; kept in the call folder only."""


@dataclass(frozen=True, slots=True)
class CardItem:
    """One item of a card."""

    id: str
    section: str
    """Title of its section."""
    title: str
    weight: float
    """Its own, times that of its section."""
    found: Found | None = None
    """What the machine found; None for an item that only people answer, or where there was nothing to go by."""
    answer: Answer | None = None
    """What the person answered; None where they left it to the machine, or have not answered yet."""
    note: str = ""
    """Why, in the person's words."""
    noted_s: float | None = None
    """The moment that the note is about."""

    @property
    def counted(self) -> Answer | None:
        """The answer that counts: the person's, else the machine's; None while there is none."""
        return self.answer or (self.found.answer if self.found else None)

    @property
    def at_s(self) -> float | None:
        """The moment that the item is about: the person's, else the machine's."""
        if self.noted_s is not None:
            return self.noted_s
        return self.found.at_s if self.found else None

    @property
    def overruled(self) -> bool:
        """Whether the person answered otherwise than the machine."""
        return self.found is not None and self.answer not in {None, self.found.answer}

    def without_words(self) -> CardItem:
        """The same without what was said and what people wrote about it."""
        return replace(self, note="", found=replace(self.found, quote="") if self.found else None)


@dataclass(frozen=True, slots=True)
class Card:
    """One person's scorecard of a call."""

    form: str
    """Id of the form."""
    title: str
    """Of the form."""
    form_hash: str
    """Of the form's file, so that cards of different versions can be told apart."""
    by: str
    """Name of the person; empty once that person was forgotten."""
    made: str
    """When it was last changed, ISO 8601."""
    items: tuple[CardItem, ...]
    """In the order of the form."""

    @property
    def score(self) -> Score:
        """The score as it stands."""
        return score(self)


@dataclass(frozen=True, slots=True)
class Score:
    """How much of what applies was done."""

    score_pct: float | None
    """Share of the weight of all answered items that apply; None if there are none."""
    machine_pct: float | None
    """Share of the same weight that the machine answered and no person did."""
    items: int
    answered: int
    """Items with an answer, n.a. among them."""
    not_applicable: int


def score(card: Card) -> Score:
    """Sum a card up."""
    answered = [item for item in card.items if item.counted]
    applicable = [(item, POINTS[item.counted]) for item in answered if item.counted and item.counted != "na"]
    whole = sum(item.weight for item, _ in applicable)
    machine = sum(item.weight for item, _ in applicable if item.answer is None)
    return Score(
        score_pct=round(100 * sum(item.weight * points for item, points in applicable) / whole, 1) if whole else None,
        machine_pct=round(100 * machine / whole, 1) if whole else None,
        items=len(card.items),
        answered=len(answered),
        not_applicable=len(answered) - len(applicable),
    )

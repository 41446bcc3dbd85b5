"""What a scorecard asks: sections of items, and what the machine can answer of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from monitor.call.scorecard.card import Answer


@dataclass(frozen=True, slots=True)
class Auto:
    """What the machine goes by: one of the first four, compared with limits."""

    said: tuple[str, ...] = ()
    """Report items, such as "apology": how often they were heard."""
    last_s: float | None = None
    """Of these, only those in so many last seconds of the call."""
    flags: tuple[str, ...] = ()
    """Rules: how often they fired, without flags that somebody dismissed."""
    step: str = ""
    """A checklist and its step, such as "six-steps/listen": 1 if it was heard, else 0."""
    measure: str = ""
    """A figure of the call, such as "level_in_pct"."""
    yes_from: float | None = None
    """From so much the answer is yes."""
    partly_from: float | None = None
    """From so much the answer is partly."""
    yes_to: float | None = None
    """Up to so much the answer is yes."""
    partly_to: float | None = None
    """Up to so much the answer is partly."""
    if_heard: tuple[str, ...] = ()
    """Report items: without any of them the item does not apply to the call."""

    def answer(self, number: float) -> Answer:
        """The answer for what was counted or measured."""
        if self.yes_to is not None:
            if number <= self.yes_to:
                return "yes"
            return "partly" if self.partly_to is not None and number <= self.partly_to else "no"
        if number >= (1.0 if self.yes_from is None else self.yes_from):
            return "yes"
        return "partly" if self.partly_from is not None and number >= self.partly_from else "no"

    @property
    def limit(self) -> str:
        """When the answer is yes, in words; empty where once or never decides."""
        if self.yes_to:
            return f"yes up to {self.yes_to:g}"
        return f"yes from {self.yes_from:g}" if self.yes_from not in {None, 1.0} else ""


@dataclass(frozen=True, slots=True)
class Item:
    """One question about a call."""

    id: str
    title: str
    weight: float = 1.0
    """Against other items of the form."""
    help: str = ""
    """What to listen for."""
    auto: Auto | None = None
    """What the machine answers; None for an item that only people answer."""


@dataclass(frozen=True, slots=True)
class Section:
    """Items under one title."""

    title: str
    items: tuple[Item, ...]
    weight: float = 1.0
    """By which the weights of its items are multiplied."""


@dataclass(frozen=True, slots=True)
class Form:
    """A scorecard that nobody has filled in."""

    id: str
    """The name of its file."""
    title: str
    about: str
    hash: str
    """Of its file."""
    sections: tuple[Section, ...]

    def help_of(self, item_id: str) -> str:
        """What to listen for; empty where the form says nothing."""
        return next((item.help for _, item in self.items() if item.id == item_id), "")

    def items(self) -> Iterator[tuple[Section, Item]]:
        """Each item with its section, in order."""
        for section in self.sections:
            for item in section.items:
                yield section, item

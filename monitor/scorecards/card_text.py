"""A card as lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from monitor.base.clock import clock
from monitor.call.scorecard.card import WORDS, Card, CardItem
from monitor.report.scorecards import score_sentence
from monitor.report.text import paragraph
from monitor.scorecards.form import Form

OPEN = "–"


def lines(card: Card, form: Form, call: str) -> Iterator[str]:
    """Yield the lines of a card.

    Args:
        card: filled in or not.
        form: what it asks.
        call: its name.
    """
    yield f"{card.title}, call {call}" + (f", by {card.by}" if card.by else "")
    yield score_sentence(card)
    section = ""
    for item in card.items:
        if item.section != section:
            section = item.section
            yield ""
            yield section
        yield from _item(item, "" if item.counted else form.help_of(item.id))


def who(item: CardItem) -> str:
    """Whose answer counts."""
    if item.answer is None:
        return "machine" if item.found else "open"
    return "overruled" if item.overruled else "you"


def facts(item: CardItem) -> Iterator[str]:
    """What is behind the answer: the machine's facts and words, and the person's note."""
    if found := item.found:
        machine = f"Machine: {WORDS[found.answer]}. " if item.overruled else ""
        yield f"{machine}{found.fact}" + (f" “{found.quote}”" if found.quote else "")
    if item.note:
        yield "Note" + ("" if item.noted_s is None else f" at {clock(item.noted_s)}") + f": {item.note}"


def _item(item: CardItem, what: str) -> Iterator[str]:
    answer = WORDS[item.counted] if item.counted else OPEN
    yield f"  {answer:<7} {who(item):<10} {item.title}  [{item.id}, weight {item.weight:g}]"
    for fact in (what, *facts(item)) if what else facts(item):
        yield from paragraph(f"{'':<21}{fact}", indent=21)

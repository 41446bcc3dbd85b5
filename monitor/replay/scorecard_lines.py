"""The scorecard beside the replay, as text: its items, what is behind each, and the keys."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, replace

from rich.text import Text

from monitor.base.clock import clock
from monitor.call.scorecard.card import WORDS, Card, CardItem
from monitor.replay.pane import printable
from monitor.report.scorecards import score_sentence
from monitor.scorecards.card_text import OPEN
from monitor.scorecards.form import Form

DIM, PLAIN, STRONG, MACHINE, PERSON, TROUBLE = (
    "#A3AEB7",
    "#D8DEE3",
    "bold #FFFFFF",
    "#E69F00",
    "#56B4E9",
    "bold #F0E442",
)
KEYS = (
    "↑ ↓ item  y yes  p partly  n no  a n.a.  ⌫ take back",
    "e note  enter play it  space pause  ← → 5 s  ? help  esc close",
)
HELP = (
    "Orange is what the machine found, blue is what you answered. Yours counts.",
    "To answer otherwise than the machine, say why: the card asks for a note.",
    "A note keeps the moment at the cursor. n.a. takes the item's weight out.",
    "Each answer is saved at once, on your own card. Nobody else's is shown here.",
)
INDENT = 9
"""Of what belongs to an item, and of its title."""


@dataclass(frozen=True, slots=True)
class CardView:
    """The card, and where one is in it."""

    card: Card
    form: Form
    at: int = 0
    """Number of the chosen item."""
    said: str = ""
    """What the last key did, or why it could not."""

    @property
    def item(self) -> CardItem:
        """The chosen item."""
        return self.card.items[self.at]

    def moved(self, step: int) -> CardView:
        """Choose the next item, or for a step of −1 the one before."""
        return replace(self, at=min(max(self.at + step, 0), len(self.card.items) - 1), said="")


def head(view: CardView) -> Text:
    """The form, whose card it is, and the score."""
    by = f"  {view.card.by}" if view.card.by else ""
    text = Text(printable(view.card.title), STRONG).append(f"{printable(by)}\n", DIM)
    return text.append(score_sentence(view.card), PLAIN)


def item_text(view: CardView, number: int, width: int) -> Text:
    """One item, under the title of its section where that begins; the chosen one with all that is behind it."""
    item, chosen = view.card.items[number], number == view.at
    text = Text()
    if number == 0 or view.card.items[number - 1].section != item.section:
        text.append(f"{printable(item.section)}\n", DIM)
    ink = PERSON if item.answer else MACHINE if item.found else DIM
    text.append("▸ " if chosen else "  ", STRONG).append(f"{WORDS[item.counted] if item.counted else OPEN:<7}", ink)
    text.append(_wrapped(item.title, width).lstrip(), STRONG if chosen else PLAIN)
    if chosen and (what := view.form.help_of(item.id)):
        text.append(f"\n{_wrapped(what, width)}", DIM)
    for line, own_ink in _behind(item, chosen=chosen):
        text.append(f"\n{_wrapped(line, width)}", own_ink)
    return text


def foot(view: CardView, width: int, *, with_help: bool) -> Text:
    """What happened, and the keys."""
    lines = [*HELP, ""] if with_help else []
    text = Text("\n".join([*lines, *KEYS]), DIM)
    return Text(f"{textwrap.fill(printable(view.said), width)}\n", TROUBLE).append(text) if view.said else text


def _behind(item: CardItem, *, chosen: bool) -> Iterator[tuple[str, str]]:
    found = item.found
    if chosen and found:
        at = "" if found.at_s is None else f" at {clock(found.at_s)}"
        yield f"machine: {WORDS[found.answer]}{at}. {found.fact}", MACHINE
        if found.quote:
            yield f"“{found.quote}”", PLAIN
    elif chosen and item.answer is None:
        yield "for you to answer", DIM
    if item.note:
        at = "" if item.noted_s is None else f" at {clock(item.noted_s)}"
        yield f"note{at}: {item.note}", PERSON


def _wrapped(text: str, width: int) -> str:
    space = " " * INDENT
    return textwrap.fill(printable(text), max(width, 2 * INDENT), initial_indent=space, subsequent_indent=space)

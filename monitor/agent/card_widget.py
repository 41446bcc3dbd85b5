"""The card: one short instruction, always in the same place and of the same size."""

from dataclasses import dataclass

from monitor.agent.card import Card, State, card_of
from monitor.agent.lines import AgentLines
from monitor.agent.status import status_ends
from monitor.agent.view import AgentView
from monitor.base.lines import Ink, Line, fit, length, wrap


@dataclass(frozen=True, slots=True)
class Look:
    """How a card's shape shows its state without colour."""

    edge: str
    """Top left, top, top right, left, right, bottom left, bottom, bottom right."""
    sign: str
    """Stands before the title."""
    ink: Ink
    title: Ink
    text: Ink = "plain"
    fact: Ink = "dim"
    fact_first: bool = False
    """Whether the fact stands above the advice, and the advice is left out first."""


ROOMY = 5
"""From this many rows inside, the one below the title stays free."""
LARGE = 9
"""From this many rows inside, the title fills three, and a free one is above the fact."""

_LIGHT, _DASHED, _HEAVY, _DOUBLE, _BLOCK = "┌─┐││└─┘", "┏╍┓╏╏┗╍┛", "┏━┓┃┃┗━┛", "╔═╗║║╚═╝", "▛▀▜▌▐▙▄▟"

LOOKS: dict[State, Look] = {
    "waiting": Look(_LIGHT, "… ", "dim", "dim", "dim"),
    "listening": Look(_LIGHT, "", "dim", "dim"),
    "snoozed": Look(_DASHED, "z ", "dim", "plain", "dim"),
    "paused": Look(_DASHED, "‖ ", "plain", "strong"),
    "trouble": Look(_HEAVY, "! ", "trouble", "trouble-bar"),
    "note": Look(_HEAVY, "· ", "note", "strong"),
    "question": Look(_HEAVY, "? ", "note", "strong"),
    "prompt": Look(_HEAVY, "► ", "prompt", "prompt-bar"),
    "urgent": Look(_BLOCK, "!! ", "urgent", "urgent-bar", "urgent-fill", "urgent-fill"),
    "ending": Look(_DOUBLE, "… ", "dim", "dim"),
    "ended": Look(_DOUBLE, "■ ", "plain", "strong", "dim", "plain", fact_first=True),
}


def card_lines(card: Card, width: int, height: int, top: tuple[Line, Line] = ((), ())) -> tuple[Line, ...]:
    """Draw a card of exactly this size, with a line set into either end of its upper edge."""
    look = LOOKS[card.state]
    room = width - 4
    rows = [(text + " " * (room - length(((text, ink),))), ink) for text, ink in _rows(card, look, room, height - 2)]
    top_left, dash, top_right, left, right, bottom_left, bottom, bottom_right = tuple(look.edge)
    inset = [((" ", look.ink), *line, (" ", look.ink)) if length(line) else () for line in top]
    dashes = dash * (width - 4 - sum(length(line) for line in inset))
    upper = ((top_left + dash, look.ink), *inset[0], (dashes, look.ink), *inset[1], (dash + top_right, look.ink))
    inner = [((left, look.ink), (f" {text} ", ink), (right, look.ink)) for text, ink in rows]
    return (upper, *inner, ((bottom_left + bottom * (width - 2) + bottom_right, look.ink),))


def _rows(card: Card, look: Look, width: int, height: int) -> list[tuple[str, Ink]]:
    """Write title, advice and fact into the available rows; the fact is left out first, the title never.

    The fact of a prompt takes one row, so that it is read at a glance.
    """
    title: list[tuple[str, Ink]] = [(fit(look.sign + card.title, width), look.title)]
    if height >= LARGE:
        title = [("", look.title), *title, ("", look.title)]
    texts: list[tuple[str, Ink]] = [(card.advice, look.text), (card.fact, look.fact)]
    first, second = reversed(texts) if look.fact_first else texts
    upper = _wrapped(first[0], width, height - len(title))
    room = height - len(title) - len(upper)
    lower = _wrapped(second[0], width, min(room, 1) if card.part == "prompt" else room)
    free = height - len(title) - len(upper) - len(lower)
    rows: list[tuple[str, Ink]] = [*title]
    rows += [("", look.text)] * (free > 0 and height >= ROOMY)
    rows += [(text, first[1]) for text in upper]
    rows += [("", look.text)] * (free > 1 and height >= LARGE)
    rows += [(text, second[1]) for text in lower]
    return rows + [("", look.text)] * (height - len(rows))


def _wrapped(text: str, width: int, height: int) -> list[str]:
    """Break a text into at most so many rows; the last one takes as much of the rest as fits."""
    rows = ["".join(word for word, _ in line) for line in wrap(((text, "plain"),), width)]
    if len(rows) > height > 0:
        rows[height - 1] = fit(" ".join(rows[height - 1 :]), width)
    return rows[: max(height, 0)]


class PromptCard(AgentLines):
    """The card; in a small window it has the status in its upper edge, to save a row."""

    def draw(self, view: AgentView, width: int, height: int) -> tuple[Line, ...]:
        """Draw the card over the whole widget."""
        top = status_ends(view, width - 8) if self.screen.has_class("-docked") else ((), ())
        return card_lines(card_of(view), width, height, top)

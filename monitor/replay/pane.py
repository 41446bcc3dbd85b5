"""The base of the replay's widgets: they draw its view, and make any text printable."""

from collections.abc import Iterable

from textual.message import Message

from monitor.base.lines import Ink, Line, Lines, Span
from monitor.replay.view import ReplayView


class ReplayLines(Lines[ReplayView]):
    """A widget that turns the view of a replay into lines."""

    class Sought(Message):
        """Somebody clicked on a time of the call."""

        def __init__(self, at_s: float) -> None:
            super().__init__()
            self.at_s = at_s


def printable(text: str) -> str:
    """Text that is safe on a terminal: a damaged log may contain anything."""
    return text if text.isprintable() else "".join(letter if letter.isprintable() else "�" for letter in text)


def joined(cells: Iterable[Span]) -> Line:
    """Join neighbouring cells of one ink."""
    spans: list[Span] = []
    for text, ink in cells:
        if spans and spans[-1][1] == ink:
            spans[-1] = spans[-1][0] + text, ink
        else:
            spans.append((text, ink))
    return tuple(spans)


def rows_of(lines: Iterable[Line], ink: Ink = "plain") -> list[Line]:
    """Put a blank before each line."""
    return [((" ", ink), *line) for line in lines]

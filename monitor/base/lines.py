"""Widgets that draw the view as lines of styled text, and repaint only the lines that changed."""

from typing import Generic, Literal, TypeVar

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from textual import events
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from monitor.base.terminal import printable

View = TypeVar("View")

Ink = Literal[
    "plain", "dim", "strong", "tentative", "you", "customer", "both", "usual", "note", "prompt", "urgent", "trouble",
    "prompt-bar", "urgent-bar", "urgent-fill", "trouble-bar", "cursor", "found",
]  # fmt: skip
"""How a span looks: a component class of the screen, coloured in its .tcss."""
INKS: set[str] = set(Ink.__args__)  # type: ignore[attr-defined]
"""The component classes of a screen with such widgets: on each widget, Textual would style all of them many times."""

Span = tuple[str, Ink]
Line = tuple[Span, ...]
"""One row of the screen, from the left; the rest stays blank."""


def length(line: Line) -> int:
    """Count the terminal cells of a line."""
    return sum(cell_len(text) for text, _ in line)


def fit(text: str, width: int) -> str:
    """Cut a text to so many cells; a cut shows as an ellipsis."""
    return text if cell_len(text) <= width else set_cell_size(text, max(width - 1, 0)).rstrip() + "…"


def wrap(spans: Line, width: int) -> list[Line]:
    """Break spans between words into lines of at most so many cells; a longer word is cut."""
    lines: list[list[Span]] = [[]]
    room = width
    for text, ink in spans:
        for word in text.split():
            shown = fit(word, width)
            blank = " " if lines[-1] else ""
            if cell_len(blank + shown) > room:
                lines.append([])
                blank, room = "", width
            lines[-1].append((blank + shown, ink))
            room -= cell_len(blank + shown)
    return [tuple(line) for line in lines if line]


class Inked(Widget):
    """A widget that shows lines of styled text; its screen has `INKS` for its component classes."""

    ALLOW_SELECT = False

    def __init__(self) -> None:
        super().__init__()
        self._lines: tuple[Line, ...] = ()

    def paint(self, lines: tuple[Line, ...]) -> None:
        """Show these lines, and repaint those that look different now."""
        before, self._lines = self._lines, lines
        if len(before) != len(self._lines):
            self.refresh()
        elif changed := [y for y, line in enumerate(self._lines) if line != before[y]]:
            self.refresh(*(Region(0, y, self.size.width, 1) for y in changed))

    def render_line(self, y: int) -> Strip:
        """Style one line, blank to the right; nothing in it can control the terminal."""
        line = self._lines[y] if y < len(self._lines) else ()
        segments = [Segment(printable(text), self.screen.get_component_rich_style(ink)) for text, ink in line]
        return Strip(segments).adjust_cell_length(self.size.width, self.rich_style)


class Lines(Inked, Generic[View]):
    """A widget that turns a view into lines."""

    def __init__(self, view: View | None = None) -> None:
        super().__init__()
        self._view = view

    def draw(self, view: View, width: int, height: int) -> tuple[Line, ...]:
        """Draw the view into so many cells and rows."""
        raise NotImplementedError

    def show(self, view: View) -> None:
        """Draw the view."""
        self._view = view
        width, height = self.size
        if width and height:
            self.paint(self.draw(view, width, height))

    def on_resize(self, _event: events.Resize) -> None:
        """Draw again for the new size."""
        if self._view is not None:
            self.show(self._view)

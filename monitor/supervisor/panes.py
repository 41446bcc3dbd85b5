"""The parts of the supervisor's screen, from top to bottom."""

from __future__ import annotations

from textual.screen import Screen

from monitor.base.lines import Inked
from monitor.supervisor.call_list import (
    CallListView,
    call_lines,
    detail_lines,
    filter_line,
    head_line,
    heading_line,
    help_lines,
    keys_line,
)

PANES = ("head", "filter-line", "headings", "list", "help", "details", "keys")


class Pane(Inked):
    """Some rows of the screen."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.id = name


def paint(screen: Screen[None], view: CallListView) -> None:
    """Draw a view on all panes of a screen."""
    width = screen.size.width
    for name, lines in (
        ("head", [head_line(view, width)]),
        ("filter-line", [filter_line(view, width)]),
        ("headings", [heading_line(width)]),
        ("list", call_lines(view, width)),
        ("details", detail_lines(view, width)),
        ("help", help_lines()),
        ("keys", [keys_line(width)]),
    ):
        screen.query_one(f"#{name}", Pane).paint(tuple(lines))

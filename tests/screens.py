"""What a screen has painted, for tests that look at it."""

from typing import Any

from rich.segment import Segment
from textual.screen import Screen

Row = list[Segment]


def painted(screen: Screen[Any]) -> list[Row]:
    """Its rows as lists of styled segments."""
    return [list(strip) for strip in screen._compositor.render_strips()]  # noqa: SLF001 - Textual gives it out nowhere

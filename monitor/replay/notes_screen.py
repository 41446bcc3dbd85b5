"""All that people noted about a call, in full: notes do not fit beside the rest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import Screen
from textual.widgets import Static

from monitor.base.terminal import printable


class NotesScreen(Screen[None]):
    """Notes to read and to scroll.

    Args:
        call: its name, for the first line.
        notes: who noted what and when, and the note.
    """

    DEFAULT_CSS = """
    NotesScreen { background: #10151A; color: #D8DEE3; }
    NotesScreen Static { padding: 0 1; }
    NotesScreen VerticalScroll { background: #10151A; height: 1fr; scrollbar-size-vertical: 1; }
    NotesScreen #keys-of-notes { color: #A3AEB7; height: 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q,v,enter", "dismiss", "back")]

    def __init__(self, call: str, notes: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self._call = call
        self._notes = notes

    def compose(self) -> ComposeResult:
        """Write the notes below one another."""
        yield Static(Text(printable(f"Notes on {self._call}"), "bold white"))
        with VerticalScroll():
            for head, text in self._notes or (("", "Nobody has noted anything."),):
                yield Static(
                    Text("\n").append(printable(head) + "\n" if head else "", "#A3AEB7").append(printable(text))
                )
        yield Static("↑ ↓ scroll  esc back", id="keys-of-notes")

    def on_mount(self) -> None:
        """Let the arrow keys scroll."""
        self.query_one(VerticalScroll).focus()

"""The wall on a screen: the calls of a team, worst first, and the keys of a supervisor."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen

from monitor.base.discreet_app import DiscreetApp
from monitor.base.lines import INKS, Inked
from monitor.wall.wall_lines import (
    call_lines,
    detail_lines,
    head_line,
    heading_line,
    help_lines,
    keys_line,
    note_line,
)
from monitor.wall.wall_run import Watching
from monitor.wall.wall_view import WallView

LOOK_S = 0.25
"""How often the wall is painted at most."""
PANES = ("head", "note", "headings", "list", "help", "details", "keys")


class WallPane(Inked):
    """Some rows of the wall."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.id = name


class WallScreen(Screen[None]):
    """The calls of a team.

    Args:
        watching: gives what is known of them, and does what the supervisor asks.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = INKS
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "up"),
        Binding("down,j", "move(1)", "down"),
        Binding("pageup", "move(-10)", "page up"),
        Binding("pagedown", "move(10)", "page down"),
        Binding("f,enter", "follow", "follow"),
        Binding("t", "take", "take"),
        Binding("question_mark", "help", "help"),
        Binding("escape", "close_help", "close the help", show=False),
        Binding("q,ctrl+c,ctrl+q", "app.quit", "quit"),
    ]

    def __init__(self, watching: Watching) -> None:
        super().__init__()
        self._watching = watching

    @property
    def view(self) -> WallView:
        """What it shows."""
        return self._watching.view

    def compose(self) -> ComposeResult:
        """Stack the panes."""
        for name in PANES:
            yield WallPane(name)

    def on_mount(self) -> None:
        """Look for news."""
        self.set_interval(LOOK_S, self.look)

    def on_resize(self, _event: events.Resize) -> None:
        """Show as many calls as fit."""
        self.call_after_refresh(self.look)

    def look(self) -> None:
        """Take the news, and paint what has changed."""
        if self.is_mounted:
            self._watching.look()
            self._paint()

    def action_move(self, by: int) -> None:
        """Choose another call."""
        self._watching.view = self.view.moved(by)
        self._paint()

    def action_follow(self) -> None:
        """Follow the chosen call, or no longer."""
        if chosen := self.view.chosen:
            self._watching.follow(None if self.view.following == chosen.call else chosen.call)
            self._paint()

    def action_take(self) -> None:
        """Take care of the chosen call, or no longer."""
        if chosen := self.view.chosen:
            self._watching.take(chosen)

    def action_help(self) -> None:
        """Show or hide the help."""
        self.toggle_class("-help")
        self.call_after_refresh(self._paint)

    def action_close_help(self) -> None:
        """Hide the help."""
        self.remove_class("-help")
        self.call_after_refresh(self._paint)

    def _paint(self) -> None:
        width = self.size.width
        # Stay on the call that was chosen, also before anybody has chosen one.
        if self.view.cursor is None and (chosen := self.view.chosen):
            self._watching.view = replace(self.view, cursor=chosen.call)
        view = self.view
        self.set_class(bool(view.following), "-following")
        panes = {pane.id: pane for pane in self.query(WallPane)}
        for name, lines in (
            ("head", (head_line(view, width),)),
            ("note", (note_line(view, width),)),
            ("headings", (heading_line(width),)),
            ("list", call_lines(view, width, max(panes["list"].size.height, 1))),
            ("help", help_lines()),
            ("details", detail_lines(view, width, panes["details"].size.height)),
            ("keys", (keys_line(view, width),)),
        ):
            panes[name].paint(tuple(lines))


class WallApp(DiscreetApp[None]):
    """Shows the wall.

    Args:
        watching: see `WallScreen`.
    """

    CSS_PATH = "wall.tcss"
    TITLE = "Tone Monitor"
    ENABLE_COMMAND_PALETTE = False

    def __init__(self, watching: Watching) -> None:
        super().__init__()
        self.wall = WallScreen(watching)

    def get_default_screen(self) -> WallScreen:
        """Start on the wall."""
        return self.wall

"""The supervisor's list: which calls to listen to, worst first."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.widgets import Input

from monitor.base.errors import CallFolderError
from monitor.base.lines import Inked
from monitor.call import marks
from monitor.call.events import Mark
from monitor.catalogue import query
from monitor.catalogue.catalogue import Catalogue
from monitor.catalogue.errors import CatalogueError, FilterError
from monitor.catalogue.filter_text import parse, written
from monitor.catalogue.rows import CallRow
from monitor.catalogue.update import refresh
from monitor.settings.config import ConfigError
from monitor.supervisor.call_list import (
    CallListView,
    brief,
    call_lines,
    detail_lines,
    filter_line,
    head_line,
    heading_line,
    help_lines,
    keys_line,
)
from monitor.supervisor.plain_list import state

LOOK_AGAIN_S = 5.0
"""New calls, and calls in progress, appear this late."""


class Pane(Inked):
    """Some rows of the screen."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.id = name


class CallsScreen(Screen[None]):
    """Saved calls to choose from.

    Args:
        catalogue: their index.
        wanted: the filter to start with.
        order: the order to start with.
        signer: name on marks; the login name if empty.
    """

    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "up"),
        Binding("down,j", "move(1)", "down"),
        Binding("pageup", "page(-1)", "page up"),
        Binding("pagedown", "page(1)", "page down"),
        Binding("home", "move_to(0)", "first"),
        Binding("end", "move_to(-1)", "last"),
        Binding("enter", "replay", "replay"),
        Binding("slash", "filter", "filter"),
        Binding("escape", "leave_filter", "leave the filter"),
        Binding("r", "review", "reviewed"),
        Binding("u", "undo", "undo"),
        Binding("w", "order", "worst or newest"),
        Binding("question_mark", "help", "help"),
        Binding("q,ctrl+c,ctrl+q", "app.quit", "quit"),
    ]

    def __init__(self, catalogue: Catalogue, wanted: query.Filter, order: query.Order, signer: str = "") -> None:
        super().__init__()
        self.view = CallListView(_today(), wanted, order)
        self._catalogue = catalogue
        self._signer = signer
        self._undo: CallRow | None = None

    def compose(self) -> ComposeResult:
        """Stack the panes."""
        yield Pane("head")
        yield Pane("filter-line")
        yield Input(id="filter", placeholder="agent:NAME since:DAY urgent flagged unreviewed, or words that were said")
        yield Pane("headings")
        yield Pane("list")
        yield Pane("help")
        yield Pane("details")
        yield Pane("keys")

    def on_mount(self) -> None:
        """Look for new calls at regular intervals."""
        self.set_interval(LOOK_AGAIN_S, self.look_again)

    def on_resize(self, _event: events.Resize) -> None:
        """Show as many calls as fit."""
        self.call_after_refresh(self.look_again)

    def on_screen_resume(self) -> None:
        """Show what was marked in the replay."""
        self.call_after_refresh(self.look_again)

    def look_again(self) -> None:
        """Ask the catalogue again, and stay on the chosen call."""
        if not self.is_mounted or not self.is_current:
            return
        chosen = self.view.chosen
        self._ask(self.view.cursor, chosen.folder if chosen else "")

    def action_move(self, by: int) -> None:
        """Choose another call nearby."""
        self._tell("")
        self._ask(self.view.cursor + by)

    def action_page(self, by: int) -> None:
        """Choose a call a screenful away."""
        self.action_move(by * max(self._room - 1, 1))

    def action_move_to(self, place: int) -> None:
        """Choose the first call, or the last one by -1."""
        self.action_move((place if place >= 0 else self.view.found.calls - 1) - self.view.cursor)

    def action_replay(self) -> None:
        """Open the chosen call."""
        if call := self.view.chosen:
            from monitor.replay.replay_screen import ReplayScreen  # brings numpy, and the list needs none

            try:
                folder = self._folder(call.folder)
                self.app.push_screen(
                    ReplayScreen(folder, follow=not call.closed, signer=self._signer, marked=self._marked)
                )
            except CallFolderError as error:
                self._tell(str(error), trouble=True)

    def action_filter(self) -> None:
        """Open the line for the filter."""
        line = self.query_one(Input)
        line.value = written(self.view.wanted)
        self.add_class("-filtering")
        line.focus()

    def action_leave_filter(self) -> None:
        """Keep the filter as it was; outside the filter line, show all calls."""
        if self.has_class("-filtering"):
            self._close_filter()
        else:
            self._want(query.Filter())

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Apply the filter, or say what is wrong with it."""
        try:
            wanted = parse(event.value, self.view.today)
        except FilterError as error:
            self._tell(str(error), trouble=True)
        else:
            self._want(wanted)
        self._close_filter()

    def action_order(self) -> None:
        """Switch between worst first and newest first."""
        self.view = replace(self.view, order="newest" if self.view.order == "worst" else "worst")
        self._tell("")
        self._ask(0)

    def action_review(self) -> None:
        """Mark the chosen call as reviewed, or undo that, and move to the next."""
        if call := self.view.chosen:
            self._review(call, done=not call.reviewed)
            self._ask(self.view.cursor)

    def action_undo(self) -> None:
        """Undo the last review."""
        if self._undo:
            self._review(self._undo, done=False)
            self._ask(self.view.cursor)

    def action_help(self) -> None:
        """Show or hide the help."""
        self.toggle_class("-help")
        self.call_after_refresh(self.look_again)

    def _review(self, call: CallRow, *, done: bool) -> None:
        try:
            mark = marks.signed(Mark(0.0, "reviewed", "" if done else marks.TAKEN_BACK), self._signer)
            marks.add(self._folder(call.folder), mark, self._marked)
        except (CallFolderError, ConfigError) as error:
            self._tell(str(error), trouble=True)
            return
        self._undo = call if done else None
        name = brief(call, self.view.today)
        self._tell(f"Reviewed: {name}. u undoes it." if done else f"Not reviewed: {name}.")

    def _marked(self, folder: Path) -> None:
        with suppress(
            CatalogueError, CallFolderError
        ):  # the mark is in the folder; the list says what is wrong with it
            refresh(self._catalogue, folder)

    def _want(self, wanted: query.Filter) -> None:
        self.view = replace(self.view, wanted=wanted)
        self._tell("")
        self._ask(0)

    def _close_filter(self) -> None:
        self.remove_class("-filtering")
        self.set_focus(None)
        self._paint()

    def _tell(self, message: str, *, trouble: bool = False) -> None:
        self.view = replace(self.view, message=message, trouble=trouble)
        self._paint()

    def _ask(self, cursor: int, folder: str = "") -> None:
        """Show the calls around a place, or around where a call is now."""
        try:
            self.view = self._asked(cursor, folder)
        except CatalogueError as error:
            self.view = replace(self.view, message=str(error), trouble=True)
        self._paint()

    def _asked(self, cursor: int, folder: str) -> CallListView:
        view, room = self.view, max(self._room, 1)
        found = query.count(self._catalogue, view.wanted)
        cursor = max(0, min(cursor, found.calls - 1))
        first = min(max(view.first, cursor - room + 1), cursor, max(found.calls - room, 0))
        calls = query.calls(self._catalogue, view.wanted, view.order, limit=room, first=first)
        here = next((place for place, call in enumerate(calls, first) if call.folder == folder), cursor)
        states = tuple(state(self._catalogue.root, call) for call in calls)
        view = replace(
            view,
            today=_today(),
            found=found,
            unsearched=query.unsearched(self._catalogue, view.wanted),
            first=first,
            calls=calls,
            states=states,
            cursor=here,
            details=None,
        )
        if chosen := view.chosen:
            view = replace(view, details=query.details(self._catalogue, chosen.folder))
        return view

    @property
    def _room(self) -> int:
        return self.query_one("#list").size.height

    def _paint(self) -> None:
        view, width = self.view, self.size.width
        for name, lines in (
            ("head", [head_line(view, width)]),
            ("filter-line", [filter_line(view, width)]),
            ("headings", [heading_line(width)]),
            ("list", call_lines(view, width)),
            ("details", detail_lines(view, width)),
            ("help", help_lines()),
            ("keys", [keys_line(width)]),
        ):
            self.query_one(f"#{name}", Pane).paint(tuple(lines))

    def _folder(self, name: str) -> Path:
        return self._catalogue.root / name


def _today() -> date:
    return datetime.now().astimezone().date()

"""The supervisor's list: which calls to listen to, worst first."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.screen import Screen
from textual.widgets import Input
from textual.worker import Worker

from monitor.base.errors import CallFolderError
from monitor.base.lines import INKS
from monitor.call import marks
from monitor.call.events import Mark
from monitor.catalogue import query, rule_ids, saved_filters
from monitor.catalogue.catalogue import Catalogue, persistent
from monitor.catalogue.errors import CatalogueError, FilterError
from monitor.catalogue.filter_line import FilterLine, read_line
from monitor.catalogue.open_calls import OpenCalls
from monitor.catalogue.reindex import reindex
from monitor.catalogue.rows import CallRow
from monitor.catalogue.update import refresh
from monitor.follow_up import new_notes
from monitor.settings.config import ConfigError
from monitor.supervisor import own_lines
from monitor.supervisor.call_list import CallListView, brief
from monitor.supervisor.call_list_keys import KEYS
from monitor.supervisor.call_notes import access_texts, note_texts
from monitor.supervisor.page import Place, page
from monitor.supervisor.panes import PANES, Pane, paint
from monitor.supervisor.visits import Visits
from rules.errors import RuleError

FILTER_HINT = "agent:NAME since:DAY urgent flagged unreviewed @SAVED, or words that were said"
NAME_HINT = "Save this filter as … (enter saves, esc does not)"
LOOK_AGAIN_S = 5.0
"""New calls, and calls in progress, appear this late."""


class CallsScreen(Screen[None]):
    """Saved calls to choose from.

    Args:
        catalogue: their index.
        start: the filter to start with.
        order: the order to start with.
        signer: name on marks; the login name if empty.
        rule_files: a team's rules, which a filter may name.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = INKS
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = KEYS

    def __init__(
        self,
        catalogue: Catalogue,
        start: FilterLine,
        order: query.Order,
        signer: str = "",
        rule_files: tuple[Path, ...] = (),
    ) -> None:
        super().__init__()
        news = own_lines.in_short(catalogue.root, start.wanted.mine) if start.wanted.mine else ""
        self.view = CallListView(datetime.now().astimezone().date(), start.wanted, order, text=start.text, message=news)
        self.form = ""
        """The scorecard to fill in beside a replay; the usual one if empty."""
        self._rule_files = rule_files
        self._catalogue = catalogue
        self._signer = signer
        self.fetch: Callable[[Path], str] | None = None  # gets the sound of a copy, and says what failed
        self.visits = Visits()
        self._open_calls = OpenCalls(catalogue)
        self._filling: Worker[None] | None = None
        self._failed = False
        self._undo: CallRow | None = None
        self._named = False
        """Whether the line for the filter asks for a name."""

    def compose(self) -> ComposeResult:
        """Stack the panes."""
        for name in PANES:
            yield Pane(name)
            if name == "filter-line":
                yield Input(id="filter")

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
        self._ask_again()
        with suppress(CatalogueError):  # the list says what is wrong with it
            if persistent(lambda: self._open_calls.update(self.view.calls)):
                self._ask_again()
            if not self._catalogue.is_filled() and (self._filling is None or self._filling.is_finished):
                # Its file was replaced by an empty one, or another program is filling it, and may be killed.
                self._filling = self.run_worker(self._fill, thread=True)

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

    async def action_replay(self) -> None:
        """Open the chosen call."""
        if call := self.view.chosen:
            from monitor.replay.replay_screen import ReplayScreen  # brings numpy, and the list needs none

            try:
                folder = self._folder(call.folder)
                trouble = await asyncio.to_thread(self.fetch, folder) if self.fetch else ""
                replay = ReplayScreen(folder, follow=not call.closed, signer=self._signer, marked=self._marked)
                if mine := self.view.wanted.mine:
                    replay.reader.mine = replay.own_name = mine
                    new_notes.read_call(folder, mine, datetime.now().astimezone())
                replay.form, replay.rule_files = self.form or replay.form, self._rule_files
                replay.words = self.view.wanted.words if self.view.hits else ""
                replay.noted = self.visits.of(folder)
                self._tell(self.visits.opened(folder, closed=call.closed) or trouble, trouble=bool(trouble))
                self.app.push_screen(replay)
            except CallFolderError as error:
                self._tell(str(error), trouble=True)

    def action_filter(self) -> None:
        """Open the line for the filter."""
        self._ask_for(FILTER_HINT, self.view.text, named=False)

    def action_save(self) -> None:
        """Ask for a name to save the filter under."""
        if self.view.text:
            self._ask_for(NAME_HINT, "", named=True)
        else:
            self._tell("There is no filter to save. / writes one.")

    def action_leave_filter(self) -> None:
        """Keep the filter as it was; outside the filter line, show all calls."""
        if self.has_class("-filtering"):
            self._close_filter()
        else:
            self._want(FilterLine())

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Apply or save the filter, or say what is wrong with it."""
        try:
            if self._named:
                saved_filters.save(self._catalogue.root, event.value.strip(), self.view.text)
                self._tell(f"Saved. @{event.value.strip()} in a filter stands for it.")
            else:
                line = read_line(self._catalogue.root, event.value, datetime.now().astimezone())
                rule_ids.check(self._catalogue, line.wanted, self._rule_files)
                self._want(line)
        except (FilterError, CatalogueError, RuleError) as error:
            self._tell(str(error), trouble=True)
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
        if not self._undo:
            self._tell("There is no review to undo.")
            return
        self._review(self._undo, done=False)
        self._ask(self.view.cursor)

    def action_notes(self) -> None:
        """Show all that people noted about the chosen call, in full."""
        if call := self.view.chosen:
            from monitor.replay.notes_screen import NotesScreen  # the list needs none of it

            made = self.view.details.marks if self.view.details else ()
            texts = (*note_texts(made), *access_texts(self.view.accesses))
            self.app.push_screen(NotesScreen(brief(call, self.view.today), texts))

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
        with suppress(CatalogueError, CallFolderError):  # the mark is in the folder; the list says what is wrong
            persistent(lambda: refresh(self._catalogue, folder))

    def _fill(self) -> None:
        with suppress(CatalogueError):  # same
            reindex(self._catalogue)

    def _ask_again(self) -> None:
        self._ask(self.view.cursor, self.view.chosen.folder if self.view.chosen else "")

    def _want(self, line: FilterLine) -> None:
        self.view = replace(self.view, wanted=replace(line.wanted, team=self.view.wanted.team), text=line.text)
        self._tell("")
        self._ask(0)

    def _ask_for(self, hint: str, value: str, *, named: bool) -> None:
        self._named = named
        line = self.query_one(Input)
        line.placeholder, line.value = hint, value
        self.add_class("-filtering")
        line.focus()

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
            view = persistent(lambda: page(self._catalogue, self.view, Place(cursor, folder, max(self._room, 1))))
        except CatalogueError as error:
            self._failed = True
            self.view = replace(self.view, message=str(error), trouble=True)
        else:
            self.view = replace(view, message="", trouble=False) if self._failed else view
            self._failed = False
            self.visits.shown(self._catalogue.root, self.view)
        self._paint()

    @property
    def _room(self) -> int:
        return self.query_one("#list").size.height

    def _paint(self) -> None:
        paint(self, self.view)

    def _folder(self, name: str) -> Path:
        folder = self._catalogue.root / name
        if self.view.wanted.team and not folder.exists():
            raise CallFolderError("That call is on another desk: here are its figures alone.")
        return folder

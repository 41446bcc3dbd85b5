"""The keys of the replay that mark: verdicts, notes, reviews, and what agents answer."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from textual.screen import Screen

from monitor.base.clock import clock
from monitor.base.errors import CallFolderError
from monitor.call import marks
from monitor.call.coaching import answers
from monitor.call.events import Mark
from monitor.replay.call_log import CallReader
from monitor.replay.detail import note_texts
from monitor.replay.notes_screen import NotesScreen
from monitor.replay.view import ReplayView


class MarkKeys(Screen[None]):
    """What a replay marks in its call."""

    view: ReplayView | None = None
    reader: CallReader
    signer: str
    """Name on new marks; the login name if empty."""
    own_name: str = ""
    """The agent who looks at her own calls: only she can answer and dispute."""
    marked: Callable[[Path], object]
    """Called with the folder after each new mark."""

    @abstractmethod
    def show(self, view: ReplayView) -> None:
        """Draw a view wherever it has changed."""

    @abstractmethod
    def action_ask(self, what: str) -> None:
        """Ask for a text in the bottom line."""

    def action_ask_own(self, what: str) -> None:
        """Ask an agent for an answer, or why a flag is wrong; say why not where it is nobody's to ask."""
        try:
            mark = self._own_mark(what, "")
        except answers.AnswerError as error:
            self.show(replace(self.shown, said=str(error)))
        else:
            self.action_ask(what)
            self.show(replace(self.shown, asked=f"{self.shown.asked} at {clock(mark.at_s)}"))

    def mark_own(self, what: str, text: str) -> None:
        """Keep an agent's answer or dispute."""
        mark = self._own_mark(what, text)
        self.mark(mark, f"{'Answered' if what == 'answer' else f'Disputed {mark.rule}'} at {clock(mark.at_s)}.")

    def _own_mark(self, what: str, text: str) -> Mark:
        view, log = self.shown, self.shown.log
        if log.info is None:
            raise answers.AnswerError("It is not known whose call this is.")
        if what == "answer":
            mark = answers.answer(log.marks, view.at_s, text)
        else:
            moment = view.moment
            flags = [(moment.rule, moment.start_s)] if moment else []
            mark = answers.dispute(flags, view.at_s, text)
        answers.check_own(log.info, self.own_name, mark.at_s)
        return replace(mark, by=self.own_name)

    def action_confirm(self) -> None:
        """Confirm the current flag."""
        self.mark_moment("confirm", "")

    def action_ask_dismiss(self) -> None:
        """Ask why the current flag is dismissed."""
        if self.shown.verdict("dismiss"):
            self.action_ask("dismiss")
        else:
            self.mark_moment("dismiss", "")

    def action_reviewed(self) -> None:
        """Mark the call as reviewed, or undo that."""
        was = self.shown.reviewed
        self.mark(Mark(0.0, "reviewed", marks.TAKEN_BACK if was else ""), "Not reviewed." if was else "Reviewed.")

    def action_notes(self) -> None:
        """Show all notes in full."""
        self.app.push_screen(NotesScreen(self.shown.log.folder.name, note_texts(self.shown.log.marks)))

    @property
    def shown(self) -> ReplayView:
        """The view, once the call is read."""
        assert self.view is not None  # noqa: S101 - no key comes before the call is read
        return self.view

    def mark_moment(self, kind: str, text: str) -> None:
        """Keep a verdict on the current flag."""
        mark = self.shown.verdict(kind, text)
        if mark is None:
            self.show(replace(self.shown, said="No flag to confirm or dismiss here. Press f for the next one."))
            return
        self.mark(mark, "Confirmed." if kind == "confirm" else "Dismissed.")

    def mark(self, mark: Mark, said: str) -> None:
        """Keep a mark, and say so."""
        view = self.shown
        try:
            marks.add(view.log.folder, marks.signed(mark, self.signer), self.marked)
        except CallFolderError as error:
            self.show(replace(view, said=str(error)))
            return
        log = self.reader.catch_up()
        self.show(replace(view.updated(log, view.notes), said=said))

"""The replay: one call with its sound, curves, words and prompts, and the keys to mark it."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.widgets import Input

from audio.playback.output import Output, best
from monitor.access.visit import NotePart, unnoted
from monitor.base.clock import clock
from monitor.base.errors import CallFolderError
from monitor.base.lines import INKS
from monitor.replay import clip
from monitor.replay.call_log import CallReader, notes
from monitor.replay.detail import DetailPane
from monitor.replay.help import BINDINGS, QUESTIONS, WIDE, ReplayHelp, ReplayKeys
from monitor.replay.mark_keys import MarkKeys
from monitor.replay.pane import ReplayLines
from monitor.replay.playback import Playback, sound_s
from monitor.replay.scorecard_key import LEAD_S, ScorecardKey
from monitor.replay.timeline import Timeline
from monitor.replay.transcript_pane import TranscriptPane
from monitor.replay.transport import ReplayStatus, Transport
from monitor.replay.view import ReplayView, opened

PAINT_S = 1 / 15
"""How often the cursor is painted during playback."""
FOLLOW_S = 0.5
"""How often a call in progress is read again."""


class ReplayScreen(MarkKeys, ScorecardKey):
    """Shows one call folder; it never changes the recording, and keeps marks in a file beside it.

    Args:
        folder: of the call.
        follow: stay at the end of a call in progress.
        signer: name on new marks; the login name if empty.
        marked: called with the folder after each new mark.
        output: makes the sound output, once the first picture is drawn.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = INKS
    AUTO_FOCUS = ""
    CSS_PATH = "replay.tcss"
    BINDINGS: ClassVar[list[BindingType]] = BINDINGS

    def __init__(
        self,
        folder: Path,
        *,
        follow: bool = False,
        signer: str = "",
        marked: Callable[[Path], object] = lambda _: None,
        output: Callable[[], Output] = best,
    ) -> None:
        super().__init__()
        self.reader = CallReader(folder)
        self._follow = follow
        self.signer, self.marked = signer, marked
        self.words = ""
        """Of a filter of calls: the replay opens where they were said."""
        self.noted: NotePart = unnoted
        self._output = output
        self.listening: Playback | None = None
        """Set when the sound output is there."""
        self._asked = ""

    def compose(self) -> ComposeResult:
        """Put the timeline on top, the words and the evidence below it."""
        yield ReplayStatus()
        yield Timeline()
        with Horizontal(id="below"):
            yield TranscriptPane()
            yield DetailPane()
        yield ReplayHelp()
        yield Transport()
        yield Input(id="answer", compact=True, select_on_focus=False)
        yield ReplayKeys()

    def on_mount(self) -> None:
        """Read the call; the sound output comes after the first picture."""
        try:
            log = self.reader.catch_up()
        except CallFolderError as error:
            self.notify(str(error), severity="error", timeout=10, markup=False)
            self.dismiss()
            return
        following = self._follow and log.in_progress
        self.view = opened(log, notes(log, sound_s(log), goes_on=following), following=following)
        self.view = self.view.search_words(self.words) if self.words else self.view
        self.set_interval(PAINT_S, self.keep_up)
        if following:
            self.set_interval(FOLLOW_S, self._catch_up)
        self.call_after_refresh(self._connect)

    def on_unmount(self) -> None:
        """Stop playing."""
        if self.listening:
            self.listening.close()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002  # Textual's
        """Leave the keys to an open question."""
        return not self._asked or action == "escape"

    def show(self, view: ReplayView) -> None:
        """Draw a view wherever it has changed."""
        self.view = view
        for lines in self.query(ReplayLines):
            lines.show(view)

    def on_replay_lines_sought(self, message: ReplayLines.Sought) -> None:
        """Go where somebody clicked."""
        self._seek(self.shown.sought(message.at_s))

    def action_play(self) -> None:
        """Play from the cursor, or pause; at the very end play from the start."""
        view = self.shown
        if view.playing:
            self._seek(replace(view, playing=False))
            return
        over = view.at_s >= view.log.duration_s - 0.05 and not view.following
        self._play(replace(view.at(0.0) if over else view, following=False))

    def action_hear_line(self) -> None:
        """Play the line at the cursor from its start."""
        self._play(self.shown.to_line(0))

    def action_hear_moment(self) -> None:
        """Play what led to the flag, and the flag."""
        view = self.shown
        if view.moment is None:
            self.show(replace(view, said="There is no flag before the cursor. Press f for the first one."))
            return
        chosen = view.moment
        self._play(replace(view.sought(chosen.start_s - LEAD_S), chosen=chosen))

    def action_go(self, how: str, *steps: int) -> None:
        """Change the view and the position of the sound."""
        self._seek(getattr(self.shown, how)(*steps))

    def action_look(self, how: str, *steps: int) -> None:
        """Change the view only; the sound continues."""
        self.show(getattr(self.shown, how)(*steps))

    def action_end(self) -> None:
        """Go to the end, and stay there while the call is in progress."""
        view = self.shown.to_end()
        self._seek(replace(view, following=self._follow and view.log.in_progress))

    def action_next_or_note(self) -> None:
        """Go to the next search result; without a search, write a note."""
        if self.shown.found:
            self.action_go("to_found", 1)
        else:
            self.action_ask("note")

    def action_escape(self) -> None:
        """Cancel the question, the search or the help, in this order; otherwise leave."""
        if self._asked:
            self._close_question()
        elif self.shown.found:
            self.show(self.shown.search(""))
        elif self.has_class("-help"):
            self.action_help()
        else:
            self.action_back()

    def action_ask(self, what: str) -> None:
        """Ask for a text in the bottom line."""
        answer = self.query_one("#answer", Input)
        self._asked = what
        answer.value = str(clip.suggested(self.shown.log.folder, *self.shown.stretch_s)) if what == "clip" else ""
        answer.cursor_position = len(answer.value)
        self.add_class("-asking")
        answer.focus()
        self.show(replace(self.shown, asked=QUESTIONS[what]))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Use the answer; an empty one does nothing, except to end a search."""
        what, text = self._asked, event.value.strip()
        self._close_question()
        if what == "search":
            self._seek(self.shown.search(text))
        elif not text:
            self.show(
                replace(
                    self.shown, said="Enter a reason." if what in {"dismiss", "dispute"} else "Nothing was entered."
                )
            )
        elif what == "clip":
            self.show(replace(self.shown, said="Saving the clip …"))
            self.call_after_refresh(self._export, Path(text).expanduser())
        elif what == "dismiss":
            self.mark_moment("dismiss", text)
        elif what in {"answer", "dispute"}:
            self.mark_own(what, text)
        else:
            mark = self.shown.note("note" if what == "note" else "tag", text)
            self.mark(mark, f"{'Noted' if mark.kind == 'note' else 'Tagged'} at {clock(mark.at_s)}.")

    def action_help(self) -> None:
        """Show or hide the help."""
        self.set_class(self.size.width < WIDE, "-narrow")
        self.toggle_class("-help")
        self.call_after_refresh(self.show, self.shown)

    def action_back(self) -> None:
        """Leave the call."""
        self.dismiss()

    def _connect(self) -> None:
        view = self.shown
        self.show(view)
        self.listening = Playback(view.log, self._output(), self.noted)
        self.show(replace(view, output=self.listening.output.name))
        self.refresh()  # what a sound system prints while it is looked for may have spoilt the picture

    def _play(self, view: ReplayView) -> None:
        if self.listening:
            self.show(self.listening.play(view))

    def _seek(self, view: ReplayView) -> None:
        """Show the new position, and continue playing from there."""
        if view.playing and not view.following:
            self._play(view)
        else:
            self.show(self.listening.pause(view) if self.listening else view)

    def keep_up(self) -> None:
        """Put the cursor on what is being heard."""
        if self.listening and self.shown.playing:
            self.show(self.listening.kept_up(self.shown))

    def _catch_up(self) -> None:
        """Read what is new in a call in progress, until it is closed."""
        before = self.shown
        if before.log.info and before.log.info.closed:
            return
        try:
            log = self.reader.catch_up()
        except CallFolderError as error:
            self.show(replace(before, following=False, said=str(error)))
            return
        view = before.updated(log, notes(log, sound_s(log), goes_on=log.in_progress))
        if self.listening and (log.closed, log.sound) != (before.log.closed, before.log.sound):
            view = self.listening.renewed(view)
        self.show(view)

    def _close_question(self) -> None:
        self._asked = ""
        self.remove_class("-asking")
        self.set_focus(None)
        self.show(replace(self.shown, asked=""))

    def _export(self, to: Path) -> None:
        self.show(replace(self.shown, said=clip.said(self.shown.log.folder, *self.shown.stretch_s, to, self.noted)))

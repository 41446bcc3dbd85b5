"""The agent's program: calls on one side, their screen on the other, and the keys between them."""

from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from threading import Thread
from typing import ClassVar, Protocol

from textual.binding import Binding, BindingType
from textual.message import Message

from monitor.agent.card import OVER, card_of
from monitor.agent.choices import ChoiceView, Step
from monitor.agent.screen import AgentScreen
from monitor.agent.view import AgentView
from monitor.base.discreet_app import DiscreetApp
from monitor.call.events import (
    CallOver,
    Ended,
    Health,
    LiveEvent,
    PromptCleared,
    PromptShown,
    SessionNote,
    SessionState,
)
from monitor.call.supervision.supervisor_events import HelpRequest, SupervisorAction
from monitor.settings.prompt_choices import PromptChoices
from rules.model import Prompt

PAINT_S = 0.2
"""How often gauges and traces are painted at most."""
STOP_S = 15.0
"""The longest wait for a session to end before the screen closes."""

_AT_ONCE = (
    PromptShown,
    PromptCleared,
    Health,
    CallOver,
    Ended,
    SessionState,
    SessionNote,
    HelpRequest,
    SupervisorAction,
)


class SessionControls(Protocol):
    """What the screen asks of a session; every method but `stop` returns at once."""

    def start(self, show: Callable[[LiveEvent], None]) -> None:
        """Begin in threads of its own and pass every event to `show`, from any thread."""

    def start_call(self) -> object:
        """Start a call, if none is in progress."""

    def end_call(self) -> object:
        """End the call in progress; the session continues."""

    def keep_call(self) -> object:
        """Say that the call continues, although nobody speaks."""

    def dismiss(self) -> None:
        """Dismiss the prompt on the screen."""

    def mark_wrong(self, prompt: Prompt) -> None:
        """Note that the prompt was wrong, and dismiss it."""

    def choose(self, choices: PromptChoices) -> None:
        """Show the prompts that the agent wants from here on, and save the choice."""

    def confirm_seen(self, prompt: Prompt) -> None:
        """The screen has shown this prompt."""

    def flag(self) -> object:
        """Bookmark this moment for the supervisor."""

    def snooze(self, minutes: float | None) -> None:
        """Snooze prompts for so many minutes, `math.inf` for the rest of the call; None brings them back."""

    def ask_for_help(self) -> object:
        """Ask for a supervisor, or take that back."""

    def share_words(self) -> None:
        """Let the supervisors who follow read the words, or no longer."""

    def pause_recording(self) -> None:
        """Pause keeping sound and words; called again, resume."""

    def stop(self) -> None:
        """End the session and return when everything is written; called once, from a thread of the screen."""


class AgentApp(DiscreetApp[AgentView]):
    """Shows a session to its agent; `view` is what it showed last.

    Args:
        session: Started once the screen is up, stopped when the screen closes, but not when it fails.
        failed: The screen before this one, which failed; what it showed is shown again, and no event is lost.
    """

    CSS_PATH = "agent.tcss"
    TITLE = "Tone Monitor"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "dismiss_prompt", "dismiss"),
        Binding("x", "mark_wrong", "it was wrong"),
        Binding("f", "flag", "bookmark"),
        Binding("m", "snooze", "snooze"),
        Binding("h", "ask_for_help", "ask for a supervisor"),
        Binding("w", "share_words", "share the words", show=False),
        Binding("p", "pause_recording", "pause recording"),
        Binding("s", "start_call", "start a call"),
        Binding("e", "end_call", "end the call"),
        Binding("c", "choices", "choose prompts"),
        Binding("up", "move_choice(-1)", show=False),
        Binding("down", "move_choice(1)", show=False),
        Binding("left", "change_choice(-1)", show=False),
        Binding("right", "change_choice(1)", show=False),
        Binding("enter", "change_choice(0)", show=False),
        Binding("question_mark", "help", "help"),
        Binding("escape", "close_panel", "close the help", show=False),
        Binding("q,ctrl+c,ctrl+q", "quit_session", "quit", priority=True),
    ]

    class News(Message):
        """An event came in that cannot wait for the next painting."""

    class Stopped(Message):
        """The session is over, and its calls are written."""

    def __init__(self, session: SessionControls, failed: "AgentApp | None" = None) -> None:
        super().__init__()
        self.view: AgentView = failed.view if failed else AgentView()
        self.news: deque[LiveEvent] = failed.news if failed else deque()
        """The events that the view does not know yet."""
        self.choice: ChoiceView = failed.choice if failed else ChoiceView()
        self._session = session
        self._page = AgentScreen()
        self._painted: Prompt | None = None
        self._stopper = Thread(target=self._stop, name="end of the session", daemon=True)

    def get_default_screen(self) -> AgentScreen:
        """Start on the agent's screen."""
        return self._page

    def on_mount(self) -> None:
        """Start the session behind the first picture."""
        self.set_interval(PAINT_S, self.catch_up)
        self.call_after_refresh(lambda: self._page.show_choice(self.choice))
        self.call_after_refresh(self._session.start, self.show)

    def show(self, event: LiveEvent) -> None:
        """Take an event from any thread, without waiting.

        Urgent events wake the screen.
        """
        self.news.append(event)
        if isinstance(event, _AT_ONCE):
            with suppress(RuntimeError):  # a screen that has just failed, whose successor shows the event
                self.post_message(self.News())

    def catch_up(self) -> None:
        """Bring the view up to the newest event and paint what changed.

        A session that failed closes the screen, and the program says why.
        """
        for _ in range(len(self.news)):
            event = self.news.popleft()
            if isinstance(event, PromptChoices):
                self._take_choices(event)
            self.view = self.view.after(event)
        if self.view.session == "failed":
            self.exit(self.view)
        self._page.show(self.view)
        if (prompt := self.view.prompt) and prompt != self._painted:
            self._painted = prompt
            self.call_after_refresh(self._session.confirm_seen, prompt)

    def on_agent_app_news(self) -> None:
        """Show urgent events the moment they come."""
        self.catch_up()

    def action_dismiss_prompt(self) -> None:
        """Take the card down: a prompt, a trouble until it comes again, a notice, the summary of the last call.

        Where it asks whether the call is over, say that it continues.
        """
        part = card_of(self.view).part
        if part == "prompt":
            self._session.dismiss()
        elif part == OVER:
            self._session.keep_call()
        elif part:
            self.view = self.view.without(part)
            self.catch_up()

    def action_mark_wrong(self) -> None:
        """Take the prompt down and note that it was wrong; every other card stays."""
        if card_of(self.view).part == "prompt" and (prompt := self.view.prompt):
            self._session.mark_wrong(prompt)

    def action_flag(self) -> None:
        """Bookmark this moment for the supervisor."""
        self._session.flag()

    def action_snooze(self) -> None:
        """Snooze prompts, longer with every press, until the last press brings them back."""
        self.catch_up()
        minutes = self.view.next_snooze_min()
        self._session.snooze(minutes)
        self.view = self.view.snoozed(minutes)
        self.catch_up()

    def action_pause_recording(self) -> None:
        """Pause keeping sound and words, or resume."""
        self._session.pause_recording()

    def action_ask_for_help(self) -> None:
        """Ask for a supervisor, or take that back."""
        self._session.ask_for_help()

    def action_share_words(self) -> None:
        """Let the supervisors who follow read the words, or no longer."""
        self._session.share_words()

    def action_start_call(self) -> None:
        """Start a call, where none is in progress."""
        if self.view.between_calls:
            self._session.start_call()

    def action_end_call(self) -> None:
        """End the call, and wait for the next one."""
        if self.view.session == "call":
            self._session.end_call()

    def action_help(self) -> None:
        """Show or hide the help."""
        self._page.remove_class("-choices").toggle_class("-help")

    def action_choices(self) -> None:
        """Show or hide the choice of prompts."""
        self._page.remove_class("-help").toggle_class("-choices")

    def action_close_panel(self) -> None:
        """Hide the help or the choice of prompts."""
        self._page.remove_class("-help", "-choices")

    def action_move_choice(self, rows: int) -> None:
        """Move the cursor in the choice of prompts."""
        if self._page.has_class("-choices"):
            self.choice = self.choice.moved(rows)
            self._page.show_choice(self.choice)

    def action_change_choice(self, step: Step) -> None:
        """Change what the cursor is on, in this call and the next."""
        if self._page.has_class("-choices"):
            choices = self.choice.changed(step)
            self._session.choose(choices)
            self._take_choices(choices)

    def action_quit_session(self) -> None:
        """End the session and quit once it is written; a second press quits now."""
        if self.view.quitting:
            self.exit(self.view)
            return
        self.view = replace(self.view, quitting=True)
        self.catch_up()
        self._stopper.start()
        self.set_timer(STOP_S, self.on_agent_app_stopped)

    def leave(self) -> None:
        """End the session and quit once it is written; asked again, continue to do so."""
        if not self.view.quitting:
            self.action_quit_session()

    def on_agent_app_stopped(self) -> None:
        """Quit with the last view of the session."""
        self.catch_up()
        self.exit(self.view)

    def on_unmount(self) -> None:
        """Stop the session even if the screen closes unasked; one that failed leaves it to the next."""
        if not (self.view.quitting or self.failed_in or self.terminal_gone):
            self._stopper.start()
            self._stopper.join(STOP_S)

    def _take_choices(self, choices: PromptChoices) -> None:
        self.choice = replace(self.choice, choices=choices)
        self._page.show_choice(self.choice)

    def _stop(self) -> None:
        try:
            self._session.stop()
        finally:
            self.post_message(self.Stopped())

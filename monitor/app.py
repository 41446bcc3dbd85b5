"""The agent's program: a call on one side, its screen on the other, and the keys between them."""

from collections import deque
from collections.abc import Callable
from dataclasses import replace
from threading import Thread
from typing import ClassVar, Protocol

from rich.segment import Segments
from textual.app import App
from textual.binding import Binding, BindingType
from textual.message import Message

from audio.measures import PartialWords
from monitor.events import CallEvent, Ended, Health, Progress, PromptCleared, PromptShown
from monitor.screens.agent import AgentScreen
from monitor.view import AgentView

Shown = CallEvent | PartialWords | Progress
"""What a call may put on the screen."""

PAINT_S = 0.2
"""Gauges and traces are painted this often, and no more."""
STOP_S = 15.0
"""The longest wait for a call to end before the screen goes."""

_AT_ONCE = (PromptShown, PromptCleared, Health, Ended)


class CallControls(Protocol):
    """A call as its screen steers it; every method but `stop` returns at once."""

    def start(self, show: Callable[[Shown], None]) -> None:
        """Begin in threads of its own and hand everything to `show`, from any thread."""

    def dismiss(self) -> None:
        """Take away the prompt on show."""

    def flag(self) -> None:
        """Mark this moment for the supervisor."""

    def snooze(self, minutes: float | None) -> None:
        """Hold prompts back from now on, `math.inf` for the rest of the call; None brings them back."""

    def pause_recording(self) -> None:
        """Stop keeping sound and words; asked again, go on."""

    def stop(self) -> None:
        """End the call and return when all of it is written; called once, from a thread of the screen."""


class AgentApp(App[AgentView]):
    """Shows one call to its agent; `run` returns the last view.

    Args:
        call: Started once the screen is up, stopped when it goes.
    """

    CSS_PATH = "agent.tcss"
    TITLE = "Tone Monitor"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "dismiss_prompt", "dismiss"),
        Binding("f", "flag", "flag"),
        Binding("m", "snooze", "snooze"),
        Binding("p", "pause_recording", "pause recording"),
        Binding("question_mark", "help", "help"),
        Binding("q,ctrl+c,ctrl+q", "end", "end", priority=True),
    ]

    class News(Message):
        """Something came in that cannot wait for the next painting."""

    class Stopped(Message):
        """The call is over and written."""

    def __init__(self, call: CallControls) -> None:
        super().__init__()
        self.view = AgentView()
        self._call = call
        self._page = AgentScreen()
        self._news: deque[Shown] = deque()
        self._stopper = Thread(target=self._stop, name="end of the call", daemon=True)

    def get_default_screen(self) -> AgentScreen:
        """Start on the agent's screen."""
        return self._page

    def on_mount(self) -> None:
        """Start the call behind the first picture."""
        self.set_interval(PAINT_S, self.catch_up)
        self.call_after_refresh(self._call.start, self.show)

    def show(self, event: Shown) -> None:
        """Take an event from any thread, without waiting.

        What the agent must see at once wakes the screen; a call that failed closes it, and the program says why.
        """
        self._news.append(event)
        if isinstance(event, _AT_ONCE):
            self.post_message(self.News())
        if isinstance(event, Ended) and event.why == "error":
            self.post_message(self.Stopped())

    def catch_up(self) -> None:
        """Bring the view up to the newest event and paint what changed."""
        for _ in range(len(self._news)):
            self.view = self.view.after(self._news.popleft())
        self._page.show(self.view)

    def on_agent_app_news(self) -> None:
        """Show a prompt the moment it comes."""
        self.catch_up()

    def action_dismiss_prompt(self) -> None:
        """Take the prompt away, if there is one."""
        if self.view.prompt:
            self._call.dismiss()

    def action_flag(self) -> None:
        """Mark this moment for the supervisor."""
        self._call.flag()

    def action_snooze(self) -> None:
        """Hold prompts back, longer with every press, until they come back."""
        self.catch_up()
        minutes = self.view.next_snooze_min()
        self._call.snooze(minutes)
        self.view = self.view.snoozed(minutes)
        self.catch_up()

    def action_pause_recording(self) -> None:
        """Stop keeping sound and words, or go on."""
        self._call.pause_recording()

    def action_help(self) -> None:
        """Explain keys and marks, or stop explaining."""
        self._page.toggle_class("-help")

    def action_end(self) -> None:
        """End the call and leave once it is written; asked again, leave now."""
        if self.view.ending:
            self.exit(self.view)
            return
        self.view = replace(self.view, ending=True)
        self.catch_up()
        self._stopper.start()
        self.set_timer(STOP_S, self.on_agent_app_stopped)

    def on_agent_app_stopped(self) -> None:
        """Leave with all that the call said up to its end."""
        self.catch_up()
        self.exit(self.view)

    def on_unmount(self) -> None:
        """Stop the call also when the screen goes without having been asked to."""
        if not self.view.ending:
            self._stopper.start()
            self._stopper.join(STOP_S)

    def _stop(self) -> None:
        try:
            self._call.stop()
        finally:
            self.post_message(self.Stopped())

    def _fatal_error(self) -> None:
        # Textual would print the values of local variables, and with them words of the call.
        from rich.traceback import Traceback  # noqa: PLC0415 - brings a highlighter that a screen does not need

        self._exit_renderables.append(Segments(self.console.render(Traceback(), self.console.options)))
        self._close_messages_no_wait()

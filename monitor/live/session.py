"""A live session and how to control it: sound comes in from one source, calls come out, one after the other."""

from __future__ import annotations

from concurrent.futures import Future
from contextlib import ExitStack
from dataclasses import dataclass
from queue import SimpleQueue
from threading import Event, Thread
from typing import TYPE_CHECKING, Literal

from audio.block import AudioBlock, seconds
from monitor.call.events import EndedWhy, SessionState
from monitor.call.info import NOTHING_KNOWN
from monitor.live.outcome import Outcome
from monitor.live.pace import Pace
from monitor.live.screen_feed import ScreenFeed

if TYPE_CHECKING:  # a screen that waits for this module would wait for numpy and onnxruntime
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from monitor.call.events import LiveEvent
    from monitor.call.info import CallDetails
    from monitor.live.call_sequence import CallSequence
    from monitor.live.live_call import Show
    from monitor.live.parts import SessionParts
    from monitor.settings.prompt_choices import PromptChoices
    from rules.model import Prompt

    Act = Callable[[CallSequence], None]

JOIN_S = 0.2


@dataclass(frozen=True, slots=True)
class Status:
    """What a session is doing."""

    state: Literal["call", "waiting"]
    heard_s: float = 0.0
    """Of the call."""
    customer: str = ""
    folder: str = ""
    """The call's folder; between calls, that of the last one."""
    session: str = ""
    """Id of the session."""
    started: str = ""
    """When the session started, ISO 8601 in UTC."""
    waits_for_help: bool = False
    """Whether the agent waits for a supervisor."""


class Session:
    """Runs a session on a thread of its own; every method but `stop` and `run` returns at once.

    Any thread may call the methods. What they ask for is done on the session's thread, in order, between two pieces of
    sound. Only that thread writes `_calls`; `status` reads it without a lock, as it is a single reference.

    Args:
        open_session: gets everything ready, on the session's thread, so that a screen need not wait for it.
        auto: whether the customer's speech starts a call, and silence ends one; else one starts at once, and the next
            on request. None: if the customer is heard.
        ask_after_s: seconds without speech after which the agent is asked whether the call is over.
    """

    def __init__(
        self, open_session: Callable[[], SessionParts], *, auto: bool | None = False, ask_after_s: float = 60.0
    ) -> None:
        self._open_session = open_session
        self._auto = auto
        self._ask_after_s = ask_after_s
        self._screen = ScreenFeed()
        self._outcome = Outcome()
        self._stopped = Event()
        self._requests: SimpleQueue[tuple[Future[None], Act]] = SimpleQueue()
        self._thread: Thread | None = None
        self._calls: CallSequence | None = None

    @property
    def failure(self) -> Exception | None:
        """The first failure, if there was one."""
        return self._outcome.failure

    @property
    def folders(self) -> Sequence[Path]:
        """Where the calls are kept, oldest first."""
        return self._outcome.folders

    def start(self, show: Show) -> None:
        """Start, and hand everything to `show` from now on, on threads of the session; started, just hand it over."""
        self._screen.show = show
        if self._thread is None:
            self._thread = Thread(target=self._run, name="session")
            self._thread.start()

    def join(self) -> None:
        """Wait until the session is over."""
        while self._thread and self._thread.is_alive():
            self._thread.join(JOIN_S)  # on Windows, Ctrl-C does not interrupt a join without a timeout

    def stop(self) -> None:
        """Stop the session, end the call in progress, and wait until all of it is written."""
        self._stopped.set()
        if self._thread:
            self._thread.join()

    def stop_soon(self) -> None:
        """Ask the session to stop, from any thread, and return at once."""
        self._stopped.set()

    def run(self, show: Show) -> None:
        """Run the session here, to its end. A KeyboardInterrupt stops it as `stop` does."""
        self._screen.show = show
        self._run()

    def _run(self) -> None:
        with ExitStack() as last:
            try:
                self._play(last)
            except Exception as error:  # noqa: BLE001 - the calls are kept, and the failure is reported
                self._outcome.fail(error)
            if self._calls:
                self._calls.join()
        # A reference to the session at the end of the program must not keep its sound cards open.
        self._calls = None
        self._screen.show(SessionState("failed" if self.failure else "over"))

    def tell(self, event: LiveEvent) -> None:
        """Show what concerns the session rather than a call."""
        self._screen.show(event)

    def status(self) -> Status:
        """What the session is doing."""
        if (calls := self._calls) and (call := calls.current):
            about = call.details.customer, str(call.folder or "")
            return Status("call", round(call.heard_s, 1), *about, waits_for_help=call.waits_for_help)
        return Status("waiting", folder=str(self.folders[-1]) if self.folders else "")

    def start_call(self, details: CallDetails = NOTHING_KNOWN, *, until_requested: bool = False) -> Future[None]:
        """Start a call with the next sound; one in progress ends with it.

        Args:
            details: what is known about the call.
            until_requested: whether it lasts until `end_call`, however long nobody speaks.
        """
        return self._request(lambda calls: calls.start_next(details, until_requested=until_requested))

    def end_call(self) -> Future[None]:
        """End the call in progress."""
        return self._request(lambda calls: calls.end())

    def keep_call(self) -> Future[None]:
        """Say that the call continues, although nobody speaks."""
        return self._request(lambda calls: calls.in_progress.keep())

    def dismiss(self) -> None:
        """Take the prompt down."""
        self._request(lambda calls: calls.in_progress.dismiss())

    def mark_wrong(self, prompt: Prompt) -> None:
        """Note that the prompt was wrong, and take it down."""
        self._request(lambda calls: calls.in_progress.mark_wrong(prompt))

    def choose(self, choices: PromptChoices) -> None:
        """Show the prompts that the agent wants from here on, in this call and the next, and save the choice."""
        self._request(lambda calls: calls.choose(choices))

    def confirm_seen(self, prompt: Prompt) -> None:
        """Whoever shows the session has shown the prompt."""
        self._request(lambda calls: calls.in_progress.confirm_seen(prompt))

    def flag(self) -> Future[None]:
        """Mark this moment for later."""
        return self._request(lambda calls: calls.in_progress.flag())

    def snooze(self, minutes: float | None) -> None:
        """Show no prompts for that long, infinite for the rest of the call; None to resume. Nothing records it."""
        self._request(lambda calls: calls.in_progress.snooze(minutes))

    def ask_for_help(self) -> Future[None]:
        """Ask for a supervisor; asked while the agent waits for one, take that back."""
        return self._request(lambda calls: calls.in_progress.ask_for_help())

    def share_words(self) -> None:
        """Let the supervisors who follow read the words, or no longer."""
        self._request(lambda calls: calls.in_progress.share_words())

    def pause_recording(self) -> None:
        """Keep neither sound nor words from here on, or keep them again."""
        self._request(lambda calls: calls.in_progress.pause_recording())

    def _play(self, last: ExitStack) -> None:
        """Get everything ready, and feed the calls with the sound; `last` closes the connections to other systems."""
        from monitor.live.call_sequence import CallSequence  # the screen is up sooner without

        parts = self._open_session()
        last.callback(parts.close_notices)
        pace = Pace(parts.speed, parts.lag_s, self._stopped)
        self._calls = calls = CallSequence(
            parts, pace, self._screen, self._outcome, auto=self._auto, ask_after_s=self._ask_after_s
        )
        why: EndedWhy = "error"
        with ExitStack() as stack:
            stack.callback(lambda: calls.end_last(why))
            stack.callback(parts.close_source)
            if self._stopped.is_set():  # while everything was made ready: there is nothing to keep
                return
            calls.start_first()
            pace.start()
            try:
                for heard in parts.source:
                    if isinstance(heard, AudioBlock):
                        pace.wait(seconds(heard.end))
                        if pace.is_over(seconds(heard.end)):
                            break
                    calls.hear(heard)
                    self._do_requests(calls)
                why = "stopped" if self._stopped.is_set() else "end of sound"
            except KeyboardInterrupt:
                why = "stopped"

    def _request(self, act: Act) -> Future[None]:
        """Ask the session's thread to do something; the future finishes when it is done, and raises what it raised."""
        answer: Future[None] = Future()
        self._requests.put((answer, act))
        return answer

    def _do_requests(self, calls: CallSequence) -> None:
        while not self._requests.empty():
            answer, act = self._requests.get()
            try:
                act(calls)
            except Exception as error:  # noqa: BLE001 - the future passes it on
                answer.set_exception(error)
            else:
                answer.set_result(None)

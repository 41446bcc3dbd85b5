"""The pump of a session: sound goes in from one source, calls come out of it, one after the other."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from functools import partial
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING, Literal

from audio.block import AudioBlock, seconds
from monitor.base.errors import CallFolderError
from monitor.call.events import EndedWhy, Health, LiveEvent, SessionState
from monitor.call.folder import CallDetails
from monitor.live.inbox import Asked, SessionError
from monitor.live.live_call import LiveCall, Show
from monitor.live.pace import Pace
from monitor.live.parts import Begun, Opened
from monitor.live.placed_call import PlacedCall
from monitor.live.sound_watch import SoundWatch

if TYPE_CHECKING:  # a screen that waits for this module would wait for numpy and onnxruntime
    from pathlib import Path

    from monitor.live.auto_start import PreRoll, Waiting
    from monitor.live.sound_watch import Heard
    from rules.model import Prompt

NOTHING_KNOWN = CallDetails()


@dataclass(frozen=True, slots=True)
class Status:
    """What a session is doing."""

    state: Literal["call", "waiting"]
    heard_s: float = 0.0
    """Of the call."""
    customer: str = ""
    folder: str = ""
    """Of the call; between calls, of the last one."""


class Pump:
    """Runs a session on a thread of its own; every method but `stop` and `run` returns at once.

    Args:
        open_session: gets everything ready, on the pump's thread, so that a screen need not wait for it.
        auto: whether the customer's speech begins a call; else one begins at once, and the next when asked for.
        end_after_s: seconds without any speech that end a call which began by itself.
    """

    def __init__(self, open_session: Callable[[], Opened], *, auto: bool = False, end_after_s: float = 60.0) -> None:
        self.failure: Exception | None = None
        """What went wrong first, if anything did."""
        self.folders: list[Path] = []
        """Where the calls are kept, the oldest first."""
        self._open_session = open_session
        self._auto = auto
        self._end_after_s = end_after_s
        self._screen = _Screen()
        self._watch = SoundWatch()
        self._asked = Asked()
        self._stopped = Event()
        self._thread: Thread | None = None
        self._ending: list[Thread] = []
        self._call: PlacedCall | None = None
        self._waiting: Waiting | None = None
        self._heard = 0
        self._over = False

    def start(self, show: Show) -> None:
        """Begin, and hand everything to `show` from now on, on threads of the session."""
        self._thread = Thread(target=self.run, args=(show,), name="pump")
        self._thread.start()

    def stop(self) -> None:
        """End the session and the call that is on, and wait until all of it is written."""
        self._stopped.set()
        if self._thread:
            self._thread.join()

    def run(self, show: Show) -> None:
        """Run the session here. Ctrl-C ends it as `stop` does."""
        self._screen.show = show
        with ExitStack() as last:
            try:
                self._opened = self._open_session()
                last.callback(self._opened.over)
                self._pace = Pace(self._opened.speed, self._opened.lag_s)
                self._pump()
            except Exception as error:  # noqa: BLE001 - whatever happened, the calls are kept and the failure told
                self.failure = self.failure or error
            for thread in self._ending:
                thread.join()
        with suppress(AttributeError):  # if nothing could be opened
            # Who still knows the session at the program's end must not keep its sound cards.
            del self._opened, self._pace
        show(SessionState("failed" if self.failure else "over"))

    def status(self) -> Status:
        """Tell what the session is doing."""
        if call := self._call:
            return Status("call", round(call.live.heard_s, 1), call.details.customer, str(call.live.folder or ""))
        return Status("waiting", folder=str(self.folders[-1]) if self.folders else "")

    def begin_call(self, details: CallDetails = NOTHING_KNOWN) -> Future[None]:
        """Begin a call with the next sound; one that is on ends with it."""
        return self._ask(lambda: self._begin_in_session(details))

    def end_call(self) -> Future[None]:
        """End the call that is on."""
        return self._ask(lambda: self._end("stopped"), in_call=True)

    def dismiss(self) -> None:
        """Take the prompt down."""
        self._ask_call(LiveCall.dismiss)

    def confirm_seen(self, prompt: Prompt) -> None:
        """Whoever shows the session has shown the prompt."""
        self._ask_call(lambda live: live.confirm_seen(prompt))

    def flag(self) -> Future[None]:
        """Mark this moment for later."""
        return self._ask_call(LiveCall.flag)

    def snooze(self, minutes: float | None) -> None:
        """No prompts for so long, infinite for the rest of the call; None for prompts again. It is recorded nowhere."""
        self._ask_call(lambda live: live.snooze(minutes))

    def pause_recording(self) -> None:
        """Keep neither sound nor words from here on, or keep them again."""
        self._ask_call(LiveCall.pause_recording)

    def _ask_call(self, act: Callable[[LiveCall], None]) -> Future[None]:
        return self._ask(lambda: act(self._call.live) if self._call else None, in_call=True)

    def _ask(self, act: Callable[[], None], *, in_call: bool = False) -> Future[None]:
        def obey() -> None:
            if in_call and self._call is None:
                raise SessionError("No call is on.")
            act()

        return self._asked.put(obey)

    def _pump(self) -> None:
        why: EndedWhy = "error"
        with ExitStack() as stack:
            stack.callback(lambda: self._end_all(why))
            stack.callback(self._opened.close)
            self._get_ready()
            self._pace.start()
            try:
                for heard in self._opened.source:
                    if isinstance(heard, AudioBlock):
                        self._pace.wait(seconds(heard.end), self._stopped)
                    if self._stopped.is_set():
                        break
                    self._hear(heard)
                    self._asked.obey()
                why = "stopped" if self._stopped.is_set() else "end of sound"
            except KeyboardInterrupt:
                why = "stopped"

    def _get_ready(self) -> None:
        """Begin the first call, or wait for it."""
        if not self._auto:
            self._begin(NOTHING_KNOWN)
            return
        if "customer" not in self._opened.speakers:
            raise SessionError(
                "No call can begin by itself without the customer's sound: name the customer's device with "
                "--customer, or leave --auto out."
            )
        Thread(target=partial(_try, self._opened.warm_up), name="warm up", daemon=True).start()
        self._wait(rested=True)
        self._screen.show(self._between)

    def _begin(self, details: CallDetails, pre_roll: PreRoll | None = None, *, in_session: bool = False) -> None:
        from monitor.live.writer_thread import WritingThread  # noqa: PLC0415 - behind the first picture

        begun, not_kept = self._begun(details, in_session=in_session)
        show = self._screen.of_next_call(begun.tell)
        writer = WritingThread(begun.writer) if begun.writer else None
        live = LiveCall(begun.pipeline, writer, show, self._pace.lag_s)
        if live.folder:
            self.folders.append(live.folder)
        self._waiting = None
        origin = pre_roll.start if pre_roll else self._heard
        self._call = PlacedCall(live, begun, details, origin, by_itself=pre_roll is not None)
        for note in begun.notes:
            live.say(Health(0.0, "customer line", fine=True, note=note))
        if not_kept:
            live.say(Health(0.0, "recording", fine=False, note=f"This call is not kept: {not_kept}"))
        for trouble in self._watch.troubles:
            live.say(trouble)
        for block in pre_roll.blocks if pre_roll else ():
            self._call.hear(block)

    def _begun(self, details: CallDetails, *, in_session: bool) -> tuple[Begun, CallFolderError | None]:
        """Get a call ready; one in a session goes on if its folder cannot be made, and what kept it from is told."""
        try:
            return self._opened.begin(details), None
        except CallFolderError as error:
            if not in_session or self._opened.begin_unkept is None:
                raise
            return self._opened.begin_unkept(details), error

    def _begin_in_session(self, details: CallDetails, pre_roll: PreRoll | None = None) -> None:
        """Begin a call that is not the first; the session goes on if that fails."""
        self._end("stopped")
        try:
            self._begin(details, pre_roll, in_session=True)
        except Exception as error:
            self._wait(rested=False)
            self._screen.show(Health(0.0, "recording", fine=False, note=f"The call could not begin: {error}"))
            raise

    def _wait(self, *, rested: bool) -> None:
        from monitor.live.auto_start import Waiting  # noqa: PLC0415 - brings numpy, which no screen waits for

        self._waiting = Waiting(self._opened.speakers, self._heard, rested=rested) if self._auto else None

    def _hear(self, heard: Heard) -> None:
        if isinstance(heard, AudioBlock):
            self._heard = max(self._heard, heard.end)
        for health in self._watch.feed(heard, in_call=self._call is not None):
            (self._call.tell if self._call else self._screen.show)(health)
        if call := self._call:
            try:
                call.hear(heard)
            except Exception as error:
                self.failure = self.failure or error
                self._end("error")
                if self._opened.speed is not None:
                    raise
            else:
                if call.by_itself and call.silent_s >= self._end_after_s:
                    self._end("end of sound")
        elif self._waiting and isinstance(heard, AudioBlock) and self._waiting.feed(heard):
            with suppress(Exception):  # told on the screen
                self._begin_in_session(NOTHING_KNOWN, self._waiting.pre_roll)

    def _end(self, why: EndedWhy) -> None:
        """Take leave of the call; its last words are waited for elsewhere, so that the next call may begin."""
        call, self._call = self._call, None
        if call is None:
            return
        self._screen.show(SessionState("ending"))
        thread = Thread(target=self._finish, args=(call, why), name="end of a call")
        thread.start()
        self._ending = [*(ending for ending in self._ending if ending.is_alive()), thread]
        self._wait(rested=why == "end of sound")

    def _end_all(self, why: EndedWhy) -> None:
        self._over = True
        self._end(why)

    def _finish(self, call: PlacedCall, why: EndedWhy) -> None:
        try:
            call.finish(why, self._stopped.is_set)
        except Exception as error:  # noqa: BLE001 - the session goes on; told at its end
            self.failure = self.failure or error
        call.live.show(self._between)

    @property
    def _between(self) -> SessionState:
        return SessionState("over" if self._over else "waiting", self._auto)


class _Screen:
    """What shows the session: what calls say that were followed by another is for their folders alone."""

    def __init__(self) -> None:
        self.show: Show = lambda _: None
        self._calls = 0
        self._lock = Lock()

    def of_next_call(self, tell: Callable[[LiveEvent], object]) -> Show:
        """Begin a call on the screen, and give the way to show what it says; `tell` hears it, too."""
        with self._lock:
            self._calls += 1
            self.show(SessionState("call"))
            return partial(self._show_of, self._calls, tell)

    def _show_of(self, call: int, tell: Callable[[LiveEvent], object], event: LiveEvent) -> None:
        tell(event)
        with self._lock:
            if call == self._calls:
                self.show(event)


def _try(act: Callable[[], object]) -> None:
    with suppress(Exception):  # who needs it meets the failure again, and can tell it
        act()

"""The calls of a session, one after the other: each is started, fed and ended here."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from threading import Lock, Thread
from typing import TYPE_CHECKING

from audio.block import AudioBlock
from audio.values import SoundLost, SourceState
from monitor.base.errors import CallFolderError
from monitor.call.events import EndedWhy, Health, SessionState
from monitor.call.info import NOTHING_KNOWN, CallDetails
from monitor.live.call_end import CallEnd
from monitor.live.errors import SessionError
from monitor.live.live_call import LiveCall
from monitor.live.parts import NO_CHOICE
from monitor.live.sound_watch import SoundWatch

if TYPE_CHECKING:  # a screen that waits for this module would wait for numpy and onnxruntime
    from monitor.live.auto_start import PreRoll, Waiting
    from monitor.live.outcome import Outcome
    from monitor.live.pace import Pace
    from monitor.live.parts import CallParts, SessionParts
    from monitor.live.screen_feed import ScreenFeed
    from monitor.live.sound_watch import SoundItem
    from monitor.settings.prompt_choices import PromptChoices

BETWEEN_LOOKS_S = 0.5


class CallSequence:
    """Starts, feeds and ends calls on the session's thread; each call waits for its last words on a thread of its own.

    Only the session's thread writes `current`; others may read it at any time, as it is a single reference.

    Args:
        parts: what the session runs on.
        pace: knows how late the sound is, and whether the session is to end.
        screen: shows the calls.
        outcome: collects their folders and failures.
        auto: whether the customer's speech starts calls, and silence ends them; else one starts at once, the next on
            request, and each lasts until it is ended. None for calls that speech starts if the customer is heard.
        ask_after_s: see `monitor.live.call_end`.
    """

    def __init__(  # noqa: PLR0913 - what a session passes on
        self,
        parts: SessionParts,
        pace: Pace,
        screen: ScreenFeed,
        outcome: Outcome,
        *,
        auto: bool | None,
        ask_after_s: float,
    ) -> None:
        self.current: LiveCall | None = None
        """The call in progress."""
        self._parts = parts
        self._pace = pace
        self._screen = screen
        self._outcome = outcome
        self._auto = "customer" in parts.speakers if auto is None else auto
        self._ask_after_s = ask_after_s
        self._watch = SoundWatch()
        self._waiting: Waiting | None = None
        self._heard = 0
        """Index just after the last sample heard."""
        self._ending: list[Thread] = []
        self._improving = Lock()
        """Held by the one call that is transcribed again."""
        self._is_last = False
        self._choices = parts.choices

    @property
    def in_progress(self) -> LiveCall:
        """The call in progress.

        Raises:
            SessionError: there is none.
        """
        if self.current is None:
            raise SessionError("No call is in progress.")
        return self.current

    def start_first(self) -> None:
        """Start the first call, or wait for it.

        Raises:
            SessionError: no speech can start a call.
        """
        if self._choices != NO_CHOICE:
            self._screen.show(self._choices)
        if follow := self._parts.follow_team:
            looks = partial(follow, self._has_time, self._pace.stopped)
            # Nobody waits for a store that does not answer.
            Thread(target=partial(_try, looks), name="team's roll-out", daemon=True).start()
        if not self._auto:
            self._start(NOTHING_KNOWN)
            self._catch_up()
            return
        if "customer" not in self._parts.speakers:
            raise SessionError(
                "Can't start calls automatically without the customer's sound. Choose the customer's device with "
                "--customer, or leave out --auto."
            )
        Thread(target=partial(_try, self._parts.warm_up), name="warm up", daemon=True).start()
        self._wait(rested=True)
        self._screen.show(self._state_between)
        self._catch_up()

    def start_next(
        self, details: CallDetails, pre_roll: PreRoll | None = None, *, until_requested: bool = False
    ) -> None:
        """Start a call that is not the first; if it can't, the session continues without one; raises why.

        Args:
            details: what is known about the call.
            pre_roll: the sound before it.
            until_requested: whether it lasts until it is ended, however long nobody speaks.
        """
        self._end_current("stopped")
        try:
            self._start(details, pre_roll, in_session=True, until_requested=until_requested)
        except Exception as error:
            self._wait(rested=False)
            self._screen.show(Health(0.0, "recording", fine=False, note=f"The call could not start: {error}"))
            raise

    def hear(self, heard: SoundItem) -> None:
        """Take sound or its state: for the call in progress, or to notice whether one starts."""
        if isinstance(heard, AudioBlock):
            self._heard = max(self._heard, heard.end)
        for health in self._watch.feed(heard, in_call=self.current is not None):
            (self.current.report if self.current else self._screen.show)(health)
        if self.current and not isinstance(heard, SourceState):
            self._feed(self.current, heard)
        elif self._waiting and isinstance(heard, AudioBlock) and self._waiting.feed(heard):
            with suppress(Exception):  # the screen shows it
                self.start_next(NOTHING_KNOWN, self._waiting.pre_roll)

    def choose(self, choices: PromptChoices) -> None:
        """Let the call in progress and all that follow have the prompts that the agent wants."""
        before, self._choices = self._choices, choices
        if self.current:
            self.current.choose(choices)
        self._choices = self._parts.save_choices(before, choices)
        self._screen.show(self._choices)

    def end(self) -> None:
        """End the call in progress on request.

        Raises:
            SessionError: there is none.
        """
        self._end(self.in_progress, "stopped")

    def end_last(self, why: EndedWhy) -> None:
        """End the call in progress, if there is one, with the session."""
        self._is_last = True
        if self.current:
            self._end(self.current, why, all_kept=True)

    def join(self) -> None:
        """Wait until all calls are written."""
        for thread in self._ending:
            thread.join()

    def _start(
        self,
        details: CallDetails,
        pre_roll: PreRoll | None = None,
        *,
        in_session: bool = False,
        until_requested: bool = False,
    ) -> None:
        parts, not_kept = self._prepared(details, in_session=in_session)
        show = self._screen.of_next_call(parts)
        origin = pre_roll.start if pre_roll else self._heard
        call_end = CallEnd(self._ask_after_s) if self._auto and not until_requested else None
        call = LiveCall(parts, show, self._pace.lag_s, details=details, origin=origin, call_end=call_end)
        if call.folder:
            self._outcome.folders.append(call.folder)
        self._waiting = None
        self.current = call
        if self._choices != NO_CHOICE:
            call.choose(self._choices)
        for note in parts.notes:
            call.say(Health(0.0, "customer line", fine=True, note=note))
        if not_kept:
            call.say(Health(0.0, "recording", fine=False, note=f"This call is not saved: {not_kept}"))
        for trouble in self._watch.troubles:
            call.say(trouble)
        for block in pre_roll.blocks if pre_roll else ():
            call.hear(block)

    def _prepared(self, details: CallDetails, *, in_session: bool) -> tuple[CallParts, CallFolderError | None]:
        """Prepare a call; in a session, one whose folder can't be created runs without it, and the reason is given."""
        try:
            return self._parts.prepare_call(details), None
        except CallFolderError as error:
            if not in_session or self._parts.prepare_unkept_call is None:
                raise
            return self._parts.prepare_unkept_call(details), error

    def _wait(self, *, rested: bool) -> None:
        from monitor.live.auto_start import Waiting  # brings numpy, which no screen waits for

        self._waiting = Waiting(self._parts.speakers, self._heard, rested=rested) if self._auto else None

    def _feed(self, call: LiveCall, heard: AudioBlock | SoundLost) -> None:
        try:
            call.hear(heard)
        except Exception as error:
            self._outcome.fail(error)
            self._end(call, "error")
            if self._parts.speed is not None:
                raise
        else:
            if call.is_over:
                self._end(call, "end of sound")

    def _end_current(self, why: EndedWhy) -> None:
        if self.current:
            self._end(self.current, why)

    def _end(self, call: LiveCall, why: EndedWhy, *, all_kept: bool = False) -> None:
        """End the call in progress; another thread waits for its last words, so that the next call may start."""
        self.current = None
        self._screen.show(SessionState("ending"))
        thread = Thread(target=self._finish, args=(call, why, all_kept), name="end of a call")
        thread.start()
        self._ending = [*(ending for ending in self._ending if ending.is_alive()), thread]
        self._wait(rested=why == "end of sound")

    def _finish(self, call: LiveCall, why: EndedWhy, all_kept: bool) -> None:  # noqa: FBT001 - of a thread
        try:
            call.end(why, self._pace.stopped.is_set, all_kept=all_kept)
        except Exception as error:  # noqa: BLE001 - the session continues, and reports it at its end
            self._outcome.fail(error)
        call.show(self._state_between)
        if call.folder and why != "error":
            with self._improving:
                self._parts.second_pass(call.folder, self._has_time)

    def _catch_up(self) -> None:
        """Between the calls, do the second passes for which an earlier session had no time."""
        earlier = partial(self._parts.catch_up, lambda: self._has_time() and not self._is_last)
        thread = Thread(target=partial(_try, earlier), name="earlier calls")
        thread.start()
        self._ending.append(thread)

    def _has_time(self) -> bool:
        """Wait until no call is in progress; return whether the session continues, or has come to its natural end."""
        while self.current and not self._pace.stopped.wait(BETWEEN_LOOKS_S):
            pass
        return not self._pace.stopped.is_set()

    @property
    def _state_between(self) -> SessionState:
        return SessionState("over" if self._is_last else "waiting", self._auto)


def _try(act: Callable[[], object]) -> None:
    with suppress(Exception):  # it fails again where it is needed, and is reported there
        act()

"""A call between its agent and the supervisors: it is published while it lasts, and their orders become its events."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

from audio.values import PartialWords, PitchSample, ToneSample, Utterance
from monitor.call.events import CallEvent, Ended, Health, LiveEvent
from monitor.call.supervision.supervisor_events import SupervisorAction, SupervisorEvent
from monitor.settings.consent import ConsentStatus
from monitor.wall.care import Care, Reach
from monitor.wall.published_call import PublishedCall
from monitor.wall.topics import Part
from monitor.wall.wall_messages import CallState, Does, encoded

if TYPE_CHECKING:
    from monitor.privacy.live_mask import LiveMask

EVERY_S = 2.0
"""How often the state of a call is published, if nothing changes."""
DETAIL_EVERY_S = 0.5
"""The same for its details while it is followed."""
OVER = b""
"""Clears what was published."""

Publish = Callable[[Part, bytes, bool], object]
"""Publishes a part of the call and returns at once; the third argument says whether it must arrive."""


class Supervision:
    """One call. `order` may be called on any thread; all else on the thread that the call is fed on.

    Args:
        call: as it begins.
        publish: of the call; None where there is no broker.
        reach: says who can be reached.
        clock_s: gives the time.
    """

    def __init__(
        self,
        call: PublishedCall,
        publish: Publish | None = None,
        reach: Callable[[], Reach] = Reach,
        clock_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._call = call
        self._publish = publish
        self._reach = reach
        self._clock_s = clock_s
        self._care = Care()
        self._orders: SimpleQueue[tuple[Does, str]] = SimpleQueue()
        self._alarm: tuple[object, ...] = ()
        """What was published last and must arrive when it changes."""
        self._said: tuple[object, ...] = ()
        """What is published at once when it changes."""
        self._due_s = self._detail_due_s = 0.0
        self._trouble = ""
        self._over = False
        self._mask: LiveMask | None = None

    def order(self, do: Does, by: str) -> None:
        """Take what a supervisor does; `events` says what came of it."""
        self._orders.put((do, by))

    def events(self, now_s: float) -> Iterator[CallEvent]:
        """What has happened between agent and supervisors since the last call, for the call to say.

        Args:
            now_s: time of the call.
        """
        now_s = round(now_s, 3)
        while not self._orders.empty():
            try:
                do, by = self._orders.get_nowait()
            except Empty:
                break
            yield from self._changed(self._care.ordered(do, by, now_s))
        while (lapsed := self._care.lapsed(now_s))[1] is not None:
            yield from self._changed(lapsed)
        if (trouble := self._reach().trouble) != self._trouble:
            self._trouble = trouble
            yield Health(now_s, "wall", fine=not trouble, note=trouble or "The wall is connected again.")

    def ask(self, now_s: float) -> Iterator[CallEvent]:
        """The agent asks for a supervisor, or takes that back."""
        yield from self._changed(self._care.asked(round(now_s, 3), self._reach()))

    @property
    def waits(self) -> bool:
        """Whether the agent waits for a supervisor."""
        return self._care.help_s is not None

    def share_words(self, now_s: float) -> Iterator[CallEvent]:
        """The agent shares the words with those who follow, or no longer, where the settings and consent permit it."""
        if self._call.words:
            yield from self._changed(self._care.shared(round(now_s, 3)))

    def know(self, consent: ConsentStatus, *, words: bool) -> None:
        """Take what is known of the customer's consent now, and whether words may be read."""
        kept = (
            self._call.moments if words else tuple(one for one in self._call.moments if one.kind in {"flag", "prompt"})
        )
        self._call = replace(self._call, consent=consent, words=words, moments=kept)

    def tell(self, event: LiveEvent) -> None:
        """Take an event of the call, and publish what is due."""
        if self._publish is None or self._over:
            return
        if isinstance(event, Utterance):
            if not self._call.words:
                return
            event = self._masked(event)
        self._call = self._call.after(event)
        if isinstance(event, Ended):
            self._over = True
            self._publish("state", OVER, True)  # noqa: FBT003 - as the type of the function has it
        elif not isinstance(event, ToneSample | PitchSample | PartialWords):
            self._publish_due(self._publish)

    def _masked(self, said: Utterance) -> Utterance:
        """The words as they are kept: without card numbers."""
        if self._mask is None:
            from monitor.privacy.live_mask import LiveMask  # few calls publish words

            self._mask = LiveMask()
        masked = self._mask.masked(said)
        return masked if isinstance(masked, Utterance) else replace(said, words=())

    def _changed(self, after: tuple[Care, SupervisorEvent | None]) -> Iterator[CallEvent]:
        self._care, event = after
        if isinstance(event, SupervisorAction) and event.does == "follows":
            event = replace(event, may_share=self._call.words)
        if event is not None:
            yield event

    def _publish_due(self, publish: Publish) -> None:
        now_s = self._clock_s()
        state = self._call.state(self._care)
        alarm, said = _alarm(state), _said(state)
        if said != self._said or now_s >= self._due_s:
            certain = alarm != self._alarm
            self._alarm, self._said, self._due_s = alarm, said, now_s + EVERY_S
            publish("state", encoded(state), certain)
        if self._care.followers and now_s >= self._detail_due_s:
            self._detail_due_s = now_s + DETAIL_EVERY_S
            publish("detail", encoded(self._call.detail(self._care)), False)  # noqa: FBT003 - same


def _alarm(state: CallState) -> tuple[object, ...]:
    return state.safety, state.help_s, state.taken_by, state.followed_by


def _said(state: CallState) -> tuple[object, ...]:
    """All but what changes with every second."""
    doing = (state.agent, state.severity, state.rule, state.prompts, state.recording, state.consent, state.hold)
    return *_alarm(state), *doing, state.trouble

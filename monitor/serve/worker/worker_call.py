"""One call in a worker: what the front passes on becomes blocks, and blocks become events."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from threading import Thread

import msgspec
import numpy as np

from audio.block import SAMPLE_RATE_HZ, AudioBlock, Speaker, seconds
from audio.devices.streams import clock_s
from audio.network.line import Line
from audio.network.packet import Packet
from audio.values import SoundLost
from monitor.base.errors import CallFolderError
from monitor.call.events import EndedWhy, Health, LiveEvent, PromptCleared, PromptShown, SessionNote, SessionState
from monitor.call.info import CallDetails, CallInfo
from monitor.call.telephone.agent_parts import current_agent, taken_over
from monitor.call.telephone.telephone_events import AgentChanged, Hold, KeysPressed
from monitor.live.call_wiring import is_refused
from monitor.live.live_call import LiveCall
from monitor.serve import screen_events, signals
from monitor.serve.orders import (
    CallBegins,
    CallChanges,
    CallClosed,
    CallOpen,
    Order,
    Report,
    ScreenSays,
    ScreenWatches,
    Shown,
    Tick,
    WallOrder,
)
from monitor.serve.worker.screen_keys import obey
from monitor.serve.worker.shop import OpenCall, Shop, consent_of
from monitor.serve.worker.silent_sides import SilentSides
from rules.model import Prompt

SIDES: tuple[Speaker, ...] = ("customer", "agent")
"""The speakers by the number of their side in a record."""
TOO_LATE_S = 10.0
"""Sound that waited so long in this machine is dropped, so that the rest is on time."""
TOO_BUSY = "The machine could not keep up."
FULL_SCALE = 32768.0
ON_HOLD = SessionNote("On hold", "Nothing is measured until the customer is back.")


class WorkerCall:
    """A call from its first record to its last.

    Its folder is made, or repaired, on a thread of its own, so that no other call waits for a disk; until then, what
    comes waits in memory.

    Args:
        number: the front's.
        begins: what is known of it.
        shop: gives it its parts.
        report: tells the front.
    """

    def __init__(self, number: int, begins: CallBegins, shop: Shop, report: Callable[[Report], None]) -> None:
        self.number = number
        self.lost_s = 0.0
        """Sound that is missing."""
        self._begins = begins
        self._shop = shop
        self._report = report
        self._origin_s = begins.origin_ns / 1e9
        self._start = max(0, round((begins.at_ns - begins.origin_ns) / 1e9 * SAMPLE_RATE_HZ)) if begins.folder else 0
        self._line = Line(self._origin_s, self._start)
        self._waiting: deque[tuple[int, signals.Signal | Order]] = deque()
        self._open: OpenCall | None = None
        self._live: LiveCall | None = None
        self._failure = ""
        self._on_hold = False
        self._end_s = begins.at_ns / 1e9
        """Up to here the front has read."""
        self._silent = SilentSides()
        self._watched = False
        self._prompt: Prompt | None = None
        self._waits_for_consent = False
        self._dropped_from_s: float | None = None
        self._opening = Thread(target=self._open_parts, name="open a call", daemon=True)
        self._opening.start()
        self._ending: Thread | None = None

    @property
    def late(self) -> int:
        """Packets that came after their place was given up."""
        return sum(side.frames_late for side in self._line.sides.values())

    @property
    def is_over(self) -> bool:
        """Whether all of it is written."""
        return self._ending is not None and not self._ending.is_alive()

    def take(self, side: int, signal: signals.Signal | Order) -> None:
        """Take what the front passes on."""
        if self._live is None and (self._opening.is_alive() or not self._begin()):
            self._waiting.append((side, signal))
            return
        while self._waiting:
            self._do(*self._waiting.popleft())
        self._do(side, signal)

    def end(self, why: EndedWhy = "stopped") -> None:
        """End it; another thread waits for its last words."""
        if self._ending is None:
            self._opening.join()
            self._begin()
            while self._waiting:
                self._do(*self._waiting.popleft())
            self._ending = Thread(target=self._end, args=(why,), name="end a call")
            self._ending.start()

    def join(self) -> None:
        """Wait until it is written."""
        if self._ending:
            self._ending.join()

    def _open_parts(self) -> None:
        try:
            self._open = self._shop.open(self._begins, self._start)
        except Exception as error:  # noqa: BLE001 - whatever prevents it from being kept, the agent is prompted
            sentence = str(error) if isinstance(error, CallFolderError) else f"A {type(error).__name__} occurred."
            self._failure = sentence
            self._open = self._shop.unkept(self._begins, self._start)

    def _begin(self) -> bool:
        if self._live is None and self._open:
            details = CallDetails(customer=self._begins.customer_id, agent=self._begins.agent)
            self._live = LiveCall(self._open.parts, self._show, self._lag_s, details=details)
            self._report(CallOpen(self.number, str(self._live.folder or "")))
            if self._open.on_hold:
                self._on_hold = True
                self._open.pipeline.hold(self._start)
            for note in self._open.parts.notes:
                self._live.say(Health(0.0, "customer line", fine=True, note=note))
            if self._failure:
                note = f"This call is not saved: {self._failure}"
                self._live.say(Health(0.0, "recording", fine=False, note=note))
            unknown = self._open.info.consent.status == "unknown"
            if unknown and self._shop.settings.serve.wait_for_consent and self._open.parts.writer:
                self._waits_for_consent = True
                self._open.parts.writer.pause()
        return self._live is not None

    def _do(self, side: int, signal: signals.Signal | Order) -> None:
        speaker = SIDES[side % 2]
        at_s = signal.at_ns / 1e9
        self._end_s = max(self._end_s, at_s)
        match signal:
            case signals.Sound():
                self._sound(speaker, signal, at_s)
            case Tick():
                self._hear(self._line.advance(at_s))
            case signals.SideBegins():
                self._hear(self._line.begin(speaker, signal.rate_hz))
            case signals.SideEnds():
                self._hear(self._line.disconnect(speaker, at_s))
            case signals.Discarded():
                self._hear(self._line.discard(speaker, signal.first_sample, signal.samples))
            case signals.KeysPressed() if self._live:
                self._live.say(KeysPressed(self._media_s(at_s), speaker))
            case CallChanges():
                self._change(signal)
            case ScreenSays() | WallOrder():
                self._obey(signal)
            case ScreenWatches():
                self._watch(signal)
            case _:  # a pause of the platform is silence by clock, like all that is not sent
                pass

    def _sound(self, speaker: Speaker, sound: signals.Sound, at_s: float) -> None:
        if clock_s() - at_s > TOO_LATE_S:
            self._dropped_from_s = at_s if self._dropped_from_s is None else self._dropped_from_s
            return
        if self._dropped_from_s is not None:
            self._hear([SoundLost(None, self._media_s(self._dropped_from_s), self._media_s(at_s), TOO_BUSY)])
            self._dropped_from_s = None
        samples = np.frombuffer(sound.samples, "<i2").astype(np.float32) / np.float32(FULL_SCALE)
        self._hear(self._line.feed(speaker, Packet(samples, at_s, sound.first_sample, sound.number)))

    def _hear(self, items: Iterable[AudioBlock | SoundLost]) -> None:
        for item in items:
            if isinstance(item, SoundLost):
                self.lost_s += item.end_s - item.start_s
            if self._live and self._open:
                self._open.pipeline.late(self.delay_s)
                self._live.hear(item)
                if isinstance(item, AudioBlock) and (health := self._silent.feed(item)):
                    self._live.say(health)

    def _change(self, changes: CallChanges) -> None:
        if self._open is None or self._live is None:
            return
        at, info = self._line.given, self._open.info
        if changes.hold is not None and changes.hold != self._on_hold:
            self._on_hold = changes.hold
            (self._open.pipeline.hold if changes.hold else self._open.pipeline.release)(at)
            self._live.say(Hold(round(seconds(at), 3), changes.hold))
            self._show(ON_HOLD if changes.hold else SessionNote("", ""))
        if changes.agent is not None and changes.agent != current_agent(info):
            at_s = round(seconds(at), 3)
            self._open.pipeline.change(*self._shop.part(self._open.wiring, info, changes.agent), at)
            self._live.say(AgentChanged(at_s, changes.agent))
            info = taken_over(info, changes.agent, at_s)
        if changes.customer_id is not None:
            info = replace(info, customer=changes.customer_id)
        if changes.consent is not None and (consent := consent_of(changes.consent)):
            info = replace(info, consent=consent.settled(info.started))
            self._keep_by(info)
        if info != self._open.info:
            self._know(info)

    def _keep_by(self, info: CallInfo) -> None:
        if self._open is None or (writer := self._open.parts.writer) is None:
            return
        if is_refused(info):
            if not writer.paused:
                writer.pause()
        elif self._waits_for_consent:
            self._waits_for_consent = False
            writer.resume()

    def _know(self, info: CallInfo) -> None:
        if self._open:
            self._open = replace(self._open, info=info)
            if self._open.parts.supervision:
                self._shop.wall.know(self._open.parts.supervision, info)
            if self._open.folder:
                with suppress(CallFolderError):  # a full disk is reported by the writer
                    self._open.folder.know(info)

    def _obey(self, wish: ScreenSays | WallOrder) -> None:
        if self._live and isinstance(wish, ScreenSays):
            obey(self._live, wish, self._prompt)
        elif self._open and isinstance(wish, WallOrder) and (supervision := self._open.parts.supervision):
            supervision.order(wish.do, wish.by)

    def _watch(self, watches: ScreenWatches) -> None:
        self._watched = watches.on
        if watches.on and self._open:
            parts = self._open.parts
            self._show(SessionState("call", usual_known=parts.usual_known, prompting=parts.prompting))
            if self._prompt:
                self._show(PromptShown(self._prompt))

    def _show(self, event: LiveEvent) -> None:
        if self._open:
            self._open.parts.notify(event)
        if isinstance(event, PromptShown):
            self._prompt = event.prompt
        elif isinstance(event, PromptCleared) and event.prompt.until_s is not None:
            self._prompt = None
        if self._watched:
            self._report(Shown(self.number, msgspec.Raw(screen_events.encoded(event))))

    def _end(self, why: EndedWhy) -> None:
        failure = self._failure
        try:
            if self._live:
                self._hear(self._line.finish(self._end_s))
                self._live.end(why, all_kept=True)
        except Exception as error:  # noqa: BLE001 - other calls continue, and the front reports it
            failure = failure or f"A call ended with a {type(error).__name__}."
        self._report(CallClosed(self.number, failure))

    def _media_s(self, at_s: float) -> float:
        return round(max(0.0, at_s - self._origin_s), 3)

    def _lag_s(self) -> float:
        return max(0.0, clock_s() - self._origin_s - seconds(self._line.given))

    @property
    def delay_s(self) -> float:
        """How late the sound that was measured last is."""
        return self._lag_s()

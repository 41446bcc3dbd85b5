"""One device of a call: its sound on the media clock, and reports when it goes and comes back."""

import math
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future
from dataclasses import replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from audio.block import SAMPLE_RATE_HZ, Samples, Speaker, seconds
from audio.devices.align import SOUND_CARD, Aligned, Aligner, Hole
from audio.devices.device import Device
from audio.devices.finite import Finite
from audio.devices.measured_rate import MeasuredRate
from audio.devices.ring import Piece
from audio.devices.streams import Stream, Streams
from audio.values import SoundLost, SourceState

GONE_AFTER_S = 1.0
"""A device that delivers nothing for so long is gone; until then the other side waits for it."""
FIRST_SOUND_S = 2.0
"""Extra time for a device that was just opened."""
MARGIN_S = 0.1
"""Silence for a device that is gone ends this long before now, to leave room for its first sound."""
LEAST_TOLD = SAMPLE_RATE_HZ // 200
"""Samples: 5 ms; shorter gaps are not reported."""
BEGINNING = SAMPLE_RATE_HZ // 5
"""Samples: 0.2 s that a device may start after the call without a report."""
BACK_OFF_S = (0.0, 0.5, 1.0, 2.0, 4.0, 8.0, 10.0)
"""Waits between retries to open the device; the last one repeats."""

Told = SoundLost | SourceState


class Source:
    """A device through a whole call.

    Args:
        streams: the sound system.
        device: which one.
        channels: the device's channel for each speaker; None for all of them mixed.
        stream: the device, opened.
    """

    def __init__(
        self, streams: Streams, device: Device, channels: Mapping[Speaker, int | None], stream: Stream
    ) -> None:
        self.overruns = 0
        """How often sound was lost inside this machine."""
        self._streams = streams
        self._device = device
        self._channels = channels
        self._opened_channels = opened_channels(channels.values(), device)
        self._stream: Stream | None = stream
        self._opening: Future[Stream] | None = None
        self._attempts = 0
        self._open_at_s = -math.inf
        self._aligner: Aligner | None = None
        self._rate = MeasuredRate(stream.rate_hz)
        self._finite = Finite(stream.rate_hz)
        self._absent: frozenset[Speaker] = frozenset()
        """Speakers whose channel the device no longer has."""
        self._origin_s = 0.0
        self._polled_s = 0.0
        self._heard_at_s = 0.0
        """When sound last arrived."""
        self._placed_at_s = 0.0
        """When sound was last placed."""
        self._waiting: deque[Aligned] = deque()
        self._given = 0
        """Media index up to which sound was drawn."""
        self._end = 0
        """Media index up to which sound has arrived."""
        self._since = 0
        """Media index from which that sound is from the open stream."""
        self._reported = False

    def begin(self, origin_s: float) -> None:
        """Set media time 0 to `origin_s`; earlier sound is dropped."""
        self._origin_s = self._polled_s = self._heard_at_s = self._placed_at_s = origin_s
        if self._stream:
            self._align(self._stream)

    def poll(self, now_s: float) -> Iterator[Told]:
        """Fetch new sound, and report what has changed."""
        if now_s - self._polled_s > GONE_AFTER_S:
            self._heard_at_s = self._placed_at_s = now_s  # it was not the device that slept
        self._polled_s = now_s
        if self._stream is None:
            self._reopen(now_s)
        if self._stream and self._aligner:
            yield from self._listen(self._stream, self._aligner, now_s)
        yield from self._damage(now_s)
        if self._is_silent(now_s) and not self._reported and not self._rests:
            self._reported = True
            yield from self._state(now_s, fine=False)

    def ready(self, now_s: float) -> int:
        """Media index up to which `take` may be called: the sound is there, or never will be."""
        if self._is_silent(now_s):
            return max(self._end, self._given, self._index(now_s - MARGIN_S))
        return max(self._end, self._given)

    def take(self, end: int) -> dict[Speaker, Samples]:
        """Take each speaker's sound up to a media index, with silence where there is none."""
        sound = np.zeros((end - self._given, len(self._channels)), np.float32)
        while self._waiting and self._waiting[0].start < end:
            aligned = self._waiting.popleft()
            if aligned.end > end:
                rest = Aligned(end, aligned.sound[end - aligned.start :])
                self._waiting.appendleft(rest)
            piece = aligned.sound[max(0, self._given - aligned.start) : end - aligned.start]
            at = max(aligned.start, self._given) - self._given
            sound[at : at + len(piece)] = piece
        self._given = end
        return {speaker: sound[:, at].copy() for at, speaker in enumerate(self._channels)}

    def missing(self) -> Iterator[SoundLost]:
        """The call ends here: report sound that is still missing."""
        yield from self._damage(math.inf)
        yield from self._gap(self._given)

    def close(self) -> None:
        """Close the device."""
        if self._opening:
            self._opening.add_done_callback(_close_opened)
        if self._stream:
            self._stream.close()

    @property
    def _rests(self) -> bool:
        return self._stream is not None and self._stream.rests

    def _is_silent(self, now_s: float) -> bool:
        return now_s - self._heard_at_s > GONE_AFTER_S or now_s - self._placed_at_s > SOUND_CARD.held_s + GONE_AFTER_S

    def _index(self, at_s: float) -> int:
        return round((at_s - self._origin_s) * SAMPLE_RATE_HZ)

    def _align(self, stream: Stream) -> None:
        self._aligner = Aligner(stream.rate_hz, len(self._channels), self._origin_s)
        self._since = self._end
        self._rate, self._finite = MeasuredRate(stream.rate_hz), Finite(stream.rate_hz)

    def _listen(self, stream: Stream, aligner: Aligner, now_s: float) -> Iterator[Told]:
        ended = stream.ended
        pieces = stream.read()
        self.overruns += sum(piece.overrun for piece in pieces)
        if pieces:
            if now_s - self._heard_at_s > GONE_AFTER_S:
                self._placed_at_s = now_s
            self._heard_at_s = now_s
            yield from self._count_channels(pieces[-1].samples.shape[1], now_s)
        yield from self._keep(aligner.feed([self._mixed(piece) for piece in pieces]), now_s)
        for true_hz in filter(None, map(self._rate.feed, pieces)):
            yield from self._correct(stream.rate_hz, true_hz, now_s)
            break
        since_s = max(self._heard_at_s, self._open_at_s + FIRST_SOUND_S)
        if ended or (now_s - since_s > GONE_AFTER_S and not self._rests):
            yield from self._keep(aligner.flush(), now_s)
            stream.close()
            self._stream = self._aligner = None
            self._plan(now_s)

    def _keep(self, items: Iterable[Aligned | Hole], now_s: float) -> Iterator[Told]:
        for item in items:
            if isinstance(item, Hole):
                name = self._device.name
                lost = f"Sound of {name} was lost: this machine or its sound server was busy or asleep."
                doubled = f"{name} delivered more sound than real time. The surplus was dropped."
                yield from self._lost(item.start, item.end, lost if item.end > item.start else doubled)
            elif len(item.sound):
                yield from self._gap(max(item.start, self._given))
                self._waiting.append(item)
                self._attempts = 0
                self._placed_at_s = now_s
                if self._reported:
                    self._reported = False
                    yield from self._state(now_s, fine=True)
            self._end = max(self._end, item.end)

    def _gap(self, end: int) -> Iterator[SoundLost]:
        """Report if nothing arrived up to here."""
        if end - self._end >= (LEAST_TOLD if self._end else BEGINNING):
            yield from self._lost(self._end, end, f"{self._device.name} delivered no sound.")

    def _lost(self, start: int, end: int, why: str) -> Iterator[SoundLost]:
        if self._rests:
            return
        for speaker in self._channels:
            yield SoundLost(speaker, round(seconds(start), 3), round(seconds(end), 3), why)

    def _state(self, now_s: float, *, fine: bool) -> Iterator[SourceState]:
        advice = f"Check {self._device.name}" if self._device.is_loopback else f"Plug {self._device.name} in again"
        for speaker in self._channels:
            if speaker not in self._absent:
                yield self._state_of(speaker, now_s, "" if fine else advice)

    def _state_of(self, speaker: Speaker, now_s: float, advice: str) -> SourceState:
        """Report that a speaker is not heard and what to do; without advice, that they are heard again."""
        whose = "Your microphone" if speaker == "agent" else "The customer's side"
        note = f"{whose} is not heard. {advice}." if advice else f"{whose} is heard again."
        return SourceState(speaker, round(seconds(max(0, self._index(now_s))), 3), not advice, note)

    def _plan(self, now_s: float) -> None:
        """Set when the device is opened next."""
        self._open_at_s = now_s + BACK_OFF_S[min(self._attempts, len(BACK_OFF_S) - 1)]
        self._attempts += 1

    def _reopen(self, now_s: float) -> None:
        if self._opening is None:
            if now_s >= self._open_at_s:
                self._opening = self._streams.open(self._device, self._opened_channels)
        elif self._opening.done():
            opening, self._opening = self._opening, None
            try:
                self._stream = opening.result()
            except Exception:  # noqa: BLE001 - whatever prevents it from opening, the call continues and there is a retry
                self._plan(now_s)
            else:
                self._open_at_s = now_s
                self._align(self._stream)

    def _mixed(self, piece: Piece) -> Piece:
        """The piece with one channel per speaker."""
        samples = self._finite.feed(piece).samples
        return replace(piece, samples=samples @ _mix(tuple(self._channels.values()), samples.shape[1]))

    def _damage(self, now_s: float) -> Iterator[SoundLost]:
        """Report NaN and infinite samples."""
        if damaged := self._finite.told(now_s):
            start, end = (max(0, self._index(at_s)) for at_s in damaged)
            yield from self._lost(start, end, f"{self._device.name} delivered NaN or infinite samples.")

    def _count_channels(self, count: int, now_s: float) -> Iterator[SourceState]:
        """Report whose channel the device no longer has, and when it is back."""
        absent = frozenset(speaker for speaker, channel in self._channels.items() if (channel or 0) >= count)
        changed, self._absent = absent ^ self._absent, absent
        for speaker in sorted(changed):
            advice = f"{self._device.name} has only one channel now. Make it stereo again" if speaker in absent else ""
            yield self._state_of(speaker, now_s, advice)

    def _correct(self, said_hz: int, true_hz: int, now_s: float) -> Iterator[Told]:
        """Continue at the true sample rate."""
        if self._aligner:
            yield from self._keep(self._aligner.flush(), now_s)
        self._aligner = Aligner(true_hz, len(self._channels), self._origin_s)
        self._rate, self._finite = MeasuredRate(true_hz), Finite(true_hz)
        wrong = f"{self._device.name} reports {said_hz} Hz but delivers {true_hz} Hz"
        yield from self._lost(
            self._since, self._end, f"{wrong}. Its sound was distorted up to here, and is correct from now on."
        )


@cache
def _mix(channels: tuple[int | None, ...], opened: int) -> NDArray[np.float32]:
    """The share of each opened channel for each speaker, shape (opened, speakers); zero for a missing channel."""
    own = np.eye(opened, max(opened, 1 + max(channel or 0 for channel in channels)))
    columns = [np.full(opened, 1 / opened) if channel is None else own[:, channel] for channel in channels]
    return np.stack(columns, axis=1).astype(np.float32)


def opened_channels(wanted: Iterable[int | None], device: Device) -> int:
    """How many channels of the device to open: the wanted ones, or at most two for a mix."""
    return min(device.channels, 2 if any(channel != 0 for channel in wanted) else 1)


def _close_opened(opening: Future[Stream]) -> None:
    if not opening.cancelled() and opening.exception() is None:
        opening.result().close()

"""Resamples one device's sound to 16 kHz and keeps it aligned with the media clock, for hours."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from audio.block import SAMPLE_RATE_HZ
from audio.devices.drift import LARGEST_CORRECTION, RESYNC_S, Drift
from audio.devices.ring import Piece

Sound = NDArray[np.float32]

STEADY_SHARE = 0.9
"""A device is steady once this much of the last sound has arrived; a PulseAudio monitor starts at half speed."""
SLEW_S = 0.1
"""A change of speed takes this long."""
EDGE_S = 0.02
"""Longer than the resampler's filter rings."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How late the time stamps of one kind of source may be."""

    first_s: float
    """The first sound is placed by the earliest time stamp in this much of it, as single ones are late."""
    steady_s: float
    """The same for sound behind a gap."""
    held_s: float
    """Longest time that sound is held back, steady or not."""
    late_s: float
    """After one stamp this late, sound is held back until it is clear whether it is missing or only late."""
    least_lost_s: float
    """A shorter gap may be jitter of the time stamps."""
    on_time_s: float
    """Sound held back is released at once when a stamp is this close to where it belongs: nothing is missing. Never if
    0: a card that lost sound may be on time by chance."""


class Timing(Protocol):
    """When samples were heard, from time stamps that are late or jitter; see `Drift`."""

    def feed(self, count: int, heard_s: float) -> float | None:
        """Take a stamp; once a second, give how late it was."""

    def heard_s(self, count: float) -> float:
        """When the sample with this count was or will be heard."""

    def stretch(self, behind_s: float) -> float:
        """The factor by which to stretch the sound, near 1."""

    def interrupt(self) -> None:
        """Sound is missing here."""


SOUND_CARD = Limits(first_s=0.5, steady_s=0.5, held_s=3.0, late_s=0.15, least_lost_s=0.005, on_time_s=0.0)
"""The stamps of single callbacks are up to 30 ms late."""


@dataclass(frozen=True, slots=True, eq=False)
class Aligned:
    """Sound at 16 kHz on the media clock."""

    start: int
    """Media index of the first sample."""
    sound: Sound
    """Shape (n, channels)."""

    @property
    def end(self) -> int:
        """Media index behind the last sample."""
        return self.start + len(self.sound)


@dataclass(frozen=True, slots=True)
class Hole:
    """Sound that the device lost, or (if it ends where it starts) a surplus that was dropped."""

    start: int
    end: int
    """Media index; silence fills the gap."""


class Aligner:
    """Pieces of one open device in; sound at 16 kHz and gaps out, in order.

    The first sound, and sound after an overrun, is held back until its time stamps show where it belongs.
    From then on the sound is stretched by at most 300 ppm to stay where the stamps say. Only if they are 40 ms off is
    sound missing; the sound after the gap is then held back and placed again.

    Args:
        rate_hz: the device's sample rate.
        channels: of its sound.
        origin_s: media time 0 on the clock of the stamps.
        limits: of this kind of source.
        timing: of this kind of source; that of a sound card if None.
    """

    def __init__(
        self,
        rate_hz: int,
        channels: int,
        origin_s: float,
        limits: Limits = SOUND_CARD,
        timing: Timing | None = None,
    ) -> None:
        import soxr  # recordings at 16 kHz need none

        self._rate_hz = rate_hz
        self._channels = channels
        self._origin_s = origin_s
        self._limits = limits
        self._timing = timing or Drift(rate_hz)
        fastest = rate_hz * (1 + 2 * LARGEST_CORRECTION)
        self._soxr = soxr.ResampleStream(fastest, SAMPLE_RATE_HZ, channels, dtype="float32", quality="HQ", vr=True)
        self._step = rate_hz / SAMPLE_RATE_HZ
        """Device samples per sample at 16 kHz."""
        self._soxr.set_io_ratio(rate_hz, SAMPLE_RATE_HZ, 0)
        self._held: list[Piece] = []
        self._holding = True
        self._next: int | None = None
        """Media index of the next sample from soxr."""
        self._used = 0.0
        """The count of the device sample that it represents."""
        self._taken = 0
        """Device samples so far, including those in gaps."""

    def feed(self, pieces: Sequence[Piece]) -> Iterator[Aligned | Hole]:
        """Take the next pieces."""
        for piece in pieces:
            if self._next is None and piece.heard_s + len(piece.samples) / self._rate_hz < self._origin_s:
                continue  # from before the call
            self._holding = self._holding or piece.overrun or self._is_late(piece)
            if not self._holding:
                yield from self._align(piece)
                continue
            self._held.append(piece)
            if self._is_on_time():
                yield from self._release()
            elif self._is_steady():
                yield from self._place()

    def index_of(self, count: int) -> int | None:
        """Media index of the device sample with this count; None while no sound is placed."""
        return None if self._next is None else self._next + round((count - self._used) / self._step)

    def settle(self) -> Iterator[Aligned | Hole]:
        """Nothing more comes just now: place the sound held back."""
        if self._held:
            yield from self._place()

    def flush(self) -> Iterator[Aligned | Hole]:
        """The device is closed: return the sound held back."""
        yield from self.settle()
        if self._next is not None:
            rest = round((self._taken - self._used) / self._step)
            for aligned in self._resampled(self._silence(self._rate_hz // 10)):
                yield replace(aligned, sound=aligned.sound[:rest])

    @property
    def _steady_s(self) -> float:
        return self._limits.first_s if self._next is None else self._limits.steady_s

    def _is_late(self, piece: Piece) -> bool:
        return abs(piece.heard_s - self._timing.heard_s(self._taken)) > self._limits.late_s

    def _is_on_time(self) -> bool:
        """Whether the newest piece held back is where it belongs, so that those before it were only late."""
        if self._next is None or any(piece.overrun for piece in self._held):
            return False
        count = self._taken + sum(len(piece.samples) for piece in self._held[:-1])
        return abs(self._held[-1].heard_s - self._timing.heard_s(count)) < self._limits.on_time_s

    def _is_steady(self) -> bool:
        limits, steady_s = self._limits, self._steady_s
        newest_s, oldest_s = self._held[-1].heard_s, self._held[0].heard_s
        held = sum(len(piece.samples) for piece in self._held)
        recent = sum(len(piece.samples) for piece in self._held if piece.heard_s > newest_s - steady_s)
        steady = newest_s - oldest_s >= steady_s and recent >= STEADY_SHARE * steady_s * self._rate_hz
        enough = held >= limits.held_s * self._rate_hz  # if the time stamps do not advance
        return steady or enough or newest_s - oldest_s >= limits.held_s

    def _release(self) -> Iterator[Aligned]:
        """Nothing is missing: go on."""
        held, self._held, self._holding = self._held, [], False
        count = self._taken
        for piece in held:
            self._timing.feed(count, piece.heard_s)
            count += len(piece.samples)
        yield from self._resampled(np.concatenate([piece.samples for piece in held]))

    def _place(self) -> Iterator[Aligned | Hole]:
        """Find where the sound held back belongs, and release it."""
        held, self._held, self._holding = self._held, [], False
        counts = accumulate((len(piece.samples) for piece in held), initial=0)
        heard_s = min(
            piece.heard_s - count / self._rate_hz
            for piece, count in zip(held, counts, strict=False)
            if piece.heard_s > held[-1].heard_s - self._steady_s
        )
        samples = np.concatenate([piece.samples for piece in held])
        if self._next is None:
            early = max(0, round((self._origin_s - heard_s) * self._rate_hz))
            samples = samples[early:]
            heard_s += early / self._rate_hz
            self._next = max(0, round((heard_s - self._origin_s) * SAMPLE_RATE_HZ))
            self._timing.feed(0, heard_s)
        else:
            missing_s = heard_s - self._timing.heard_s(self._taken)
            if abs(missing_s) >= self._limits.least_lost_s:
                samples = samples[max(0, -round(missing_s * self._rate_hz)) :]
                yield from self._mend(max(0, round(missing_s * self._rate_hz)))
        yield from self._resampled(samples)

    def _mend(self, missing: int) -> Iterator[Aligned | Hole]:
        """Replace so many device samples by silence."""
        self._timing.interrupt()
        start = (self._next or 0) + round((self._taken - self._used) / self._step)
        yield Hole(start, start + round(missing / self._step))
        edge = min(missing, round(EDGE_S * self._rate_hz))
        yield from self._resampled(self._silence(edge))
        jump = round((missing - edge) / self._step)
        self._next = (self._next or 0) + jump
        self._used += jump * self._step
        self._taken += missing - edge

    def _align(self, piece: Piece) -> Iterator[Aligned]:
        late_s = self._timing.feed(self._taken, piece.heard_s)
        if late_s is not None:
            self._holding = abs(late_s) > RESYNC_S
            self._steer()
        yield from self._resampled(piece.samples)

    def _steer(self) -> None:
        """Set the speed that moves the output to where the sound was heard."""
        made_s = (self._next or 0) / SAMPLE_RATE_HZ
        factor = self._timing.stretch(self._timing.heard_s(self._used) - self._origin_s - made_s)
        self._step = self._rate_hz / factor / SAMPLE_RATE_HZ
        self._soxr.set_io_ratio(self._step, 1.0, round(SLEW_S * self._rate_hz))

    def _resampled(self, samples: Sound) -> Iterator[Aligned]:
        self._taken += len(samples)
        sound = self._soxr.resample_chunk(np.ascontiguousarray(samples, np.float32))
        if len(sound) and self._next is not None:
            yield Aligned(self._next, sound)
            self._next += len(sound)
            self._used += len(sound) * self._step

    def _silence(self, count: int) -> Sound:
        return np.zeros((count, self._channels), np.float32)

"""Plays parts of a recording, and knows to the sample what is being heard."""

import threading
from collections.abc import Iterator
from typing import Literal

import numpy as np

from audio.block import SAMPLE_RATE_HZ, Samples
from audio.files.stored_sound import NoSound, RecordedSound
from audio.playback.output import Output
from audio.playback.stretch import TimeStretch

Mix = Literal["both", "agent", "customer"]
"""Which speakers to play."""

PIECE = SAMPLE_RATE_HZ // 10
"""Samples that are read at a time."""
READY_S = 0.5
"""How much is buffered ahead of the output."""
GROWTH_S = 0.2
"""Time between two checks of a recording that still grows."""


class Ring:
    """Samples on their way from one thread to another, without a lock.

    Args:
        size: how many there is room for.
    """

    def __init__(self, size: int) -> None:
        self._samples = np.zeros(size, np.float32)
        self.put_in = 0
        """Samples put in since the beginning."""
        self.taken = 0
        """Samples taken out since the beginning."""

    def put(self, samples: Samples) -> int:
        """Put in as much as there is room for; return how much that was."""
        size = len(self._samples)
        count = min(len(samples), size - (self.put_in - self.taken))
        at = self.put_in % size
        first = min(count, size - at)
        self._samples[at : at + first] = samples[:first]
        self._samples[: count - first] = samples[first:count]
        self.put_in += count
        return count

    def take(self, buffer: Samples) -> None:
        """Fill a buffer with the oldest samples, and with silence where there are not enough."""
        size = len(self._samples)
        count = min(len(buffer), self.put_in - self.taken)
        at = self.taken % size
        first = min(count, size - at)
        buffer[:first] = self._samples[at : at + first]
        buffer[first:count] = self._samples[: count - first]
        buffer[count:] = 0.0
        self.taken += count


class _Run:
    """One part on its way to the output, prepared by its own thread."""

    def __init__(self, start: int, end: int | None, speed: float, rate_hz: int) -> None:
        self.start = start
        self.end = end
        self.speed = speed
        self.ring = Ring(round(READY_S * rate_hz))
        self.heard = (0.0, -1)
        """Time of the output at which a sample of the ring is heard, and its number; −1 before the first."""
        self.all_in = threading.Event()
        self.stopped = threading.Event()

    def position(self, now_s: float, rate_hz: int) -> tuple[int, bool]:
        """What is being heard, as a sample of the call; and whether that was the last."""
        due_s, number = self.heard
        if number < 0:
            return self.start, self.all_in.is_set() and not self.ring.put_in
        played = min(max(number + (now_s - due_s) * rate_hz, 0.0), self.ring.taken)
        over = self.all_in.is_set() and played >= self.ring.put_in
        at = self.start + round(played / rate_hz * self.speed * SAMPLE_RATE_HZ)
        return at if self.end is None else min(at, self.end), over


class Player:
    """Plays a recording through an output.

    Args:
        sound: what to play.
        output: where; it is open only while something plays.
        channels: whose sound is on which channel; a mix without any of them plays all.
        growing: whether sound may still be added at the end.
    """

    def __init__(
        self, sound: RecordedSound | NoSound, output: Output, channels: tuple[str, ...], *, growing: bool = False
    ) -> None:
        self.output = output
        self.growing = growing
        self._sound = sound
        self._reading = threading.Lock()
        self._channels = channels
        self._run: _Run | None = None
        self._started = False

    @property
    def playing(self) -> bool:
        """Whether something is being heard, or about to be."""
        run = self._run
        return run is not None and not run.position(self.output.now_s(), self.output.rate_hz)[1]

    @property
    def position(self) -> int | None:
        """Index of the sample that is being heard, counted from the start of the call; None while nothing plays."""
        run = self._run
        return run.position(self.output.now_s(), self.output.rate_hz)[0] if run else None

    @property
    def prepared(self) -> int:
        """Samples that wait for the output, at its rate."""
        run = self._run
        return run.ring.put_in - run.ring.taken if run else 0

    def play(self, start: int, end: int | None = None, *, speed: float = 1.0, mix: Mix = "both") -> None:
        """Play from a sample on, instead of what plays now.

        Args:
            start: index of the first sample.
            end: index behind the last one; None for the end of the recording.
            speed: times the usual, at unchanged pitch.
            mix: which speakers to play.

        Raises:
            OutputError: the output cannot be used.
        """
        self._drop()
        run = _Run(start, end, speed, self.output.rate_hz)
        threading.Thread(target=self._prepare, args=(run, mix), name="player", daemon=True).start()
        self._run = run
        if not self._started:
            self.output.start(self._fill)
            self._started = True

    def pause(self) -> None:
        """Stop, and close the output and the recording."""
        self._drop()
        if self._started:
            self.output.stop()
            self._started = False
        with self._reading:
            self._sound.close()

    def _drop(self) -> None:
        run, self._run = self._run, None
        if run:
            run.stopped.set()

    def _fill(self, buffer: Samples, due_s: float) -> None:
        run = self._run
        if run is None:
            buffer[:] = 0.0
            return
        number = run.ring.taken
        run.ring.take(buffer)
        if run.ring.taken > number:
            run.heard = (due_s, number)

    def _prepare(self, run: _Run, mix: Mix) -> None:
        for samples in self._resampled(self._pieces(run, mix), run.speed):
            rest = samples
            while len(rest):
                if run.stopped.wait(0 if (count := run.ring.put(rest)) else READY_S / 10):
                    return
                rest = rest[count:]
        run.all_in.set()

    def _pieces(self, run: _Run, mix: Mix) -> Iterator[Samples]:
        at = run.start
        while not run.stopped.is_set() and (run.end is None or at < run.end):
            count = PIECE if run.end is None else min(PIECE, run.end - at)
            with self._reading:
                if run.stopped.is_set():
                    return
                frames = self._sound.read(at, count)
                if not len(frames) and self.growing:
                    self._sound.close()
            if len(frames):
                yield self._mixed(frames, mix)
            elif not self.growing or run.stopped.wait(GROWTH_S):
                return
            at += len(frames)

    def _mixed(self, frames: Samples, mix: Mix) -> Samples:
        if mix in self._channels:
            return np.ascontiguousarray(frames[:, self._channels.index(mix)])
        mixed: Samples = np.clip(frames.sum(axis=1), -1.0, 1.0)
        return mixed

    def _resampled(self, pieces: Iterator[Samples], speed: float) -> Iterator[Samples]:
        stretch = TimeStretch(speed)
        if self.output.rate_hz == SAMPLE_RATE_HZ:
            for piece in pieces:
                yield from stretch.feed(piece)
            yield from stretch.flush()
            return
        import soxr  # for outputs at another rate

        resampler = soxr.ResampleStream(SAMPLE_RATE_HZ, self.output.rate_hz, 1)
        for piece in pieces:
            for stretched in stretch.feed(piece):
                yield resampler.resample_chunk(stretched)
        for stretched in stretch.flush():
            yield resampler.resample_chunk(stretched)
        yield resampler.resample_chunk(np.zeros(0, np.float32), last=True)

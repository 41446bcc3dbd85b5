"""Pitch (f0) of one speaker: two engines behind one interface, fed in pieces of 256 ms on a fixed grid."""

import math
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from audio.block import SAMPLE_RATE_HZ, Samples
from audio.engines import Engine
from audio.measure.frames import FRAME
from audio.measure.speech import OFF
from audio.values import SpeechFrame

LOWEST_HZ = 65.0
HIGHEST_HZ = 500.0
HOP = 256
"""Samples between two pitch values: 16 ms."""
PIECE_VALUES = 16
PIECE = PIECE_VALUES * HOP
"""Samples measured at a time: 256 ms."""
LEFT_VALUES = 11
RIGHT_VALUES = 10
"""Sound that the engine needs on either side for a final value (0.16 s ahead)."""
TRACK_HOP_S = 0.01

Detector = Callable[[Samples], NDArray[np.float64]]
"""Sound at 16 kHz, shape (256 n,), in; pitch in Hz at every 256th sample, NaN where unvoiced, shape (n,), out."""

VOICED = 0.5
"""Confidence from which swift-f0 calls a value voiced; its own calibration."""
SILENT_PEAK = 1e-3
"""Of 16 ms: below it swift-f0 answers at random, and nothing is voiced."""
ROUNDING = 3
"""Decimals of a hertz that are kept: beyond them, swift-f0 depends on the length of the sound around a value."""

QUIET_PEAK = 0.1
"""A microphone whose loudest recent speech stays below −20 dBFS is amplified: the engines miss quiet voices."""
MOST_GAIN_STEPS = 6
"""Highest gain: 36 dB."""
MOST_PIECES = 100
"""Pieces that are measured in one go, 26 s: more need more memory, and are no faster."""
PEAK_PIECES = 40
"""The last 10 s with speech."""


@dataclass(frozen=True, slots=True, eq=False)
class PitchPiece:
    """Pitch of 256 ms."""

    start: int
    """Sample index, a multiple of 4096."""
    hz: NDArray[np.float64]
    """Pitch at start, start + 256, …, NaN where unvoiced, shape (16,)."""


@dataclass(frozen=True, slots=True, eq=False)
class PitchTrack:
    """Pitch over time."""

    start_s: NDArray[np.float64]
    """Seconds, 10 ms apart, shape (n,)."""
    hz: NDArray[np.float64]
    """Shape (n,), NaN where unvoiced."""


class PitchTracker:
    """Frames of one speaker in, pieces of pitch out, 0.16 s of sound behind.

    Only pieces with a hint of speech (a probability of 0.35 and more in a frame) are measured; in the others nothing
    is voiced.
    """

    def __init__(self, engine: Engine = "swift") -> None:
        self._detect = detector(engine)
        self._sound: Samples = np.zeros(LEFT_VALUES * HOP, np.float32)
        self._sound_start = -LEFT_VALUES * HOP
        self._next = 0
        self._hints: deque[bool] = deque()
        """Whether each frame from `_next` on hints at speech."""
        self._peaks: deque[float] = deque(maxlen=PEAK_PIECES)
        self._ready: deque[PitchPiece] = deque()
        """Measured pieces, returned only when the frames that make them known are fed."""

    def look_ahead(self, frames: Iterable[SpeechFrame]) -> None:
        """Measure in advance what the next frames, fed one by one later, will make known.

        Changes nothing but the work: pieces that are measured together cost a third.
        """
        self._hear(frames)

    def feed(self, frame: SpeechFrame) -> Iterator[PitchPiece]:
        """Take the next frame and return the piece that is now known, if any."""
        end = frame.start + FRAME
        if end > self._heard:
            self._hear([frame])
        while self._ready and self._ready[0].start + PIECE + RIGHT_VALUES * HOP <= end:
            yield self._ready.popleft()

    def flush(self) -> Iterator[PitchPiece]:
        """Return the rest, as if silence followed."""
        end = self._heard
        last = -(-end // PIECE) * PIECE + RIGHT_VALUES * HOP
        self._hints.extend([False] * ((last - end) // FRAME))
        self._sound = np.pad(self._sound, (0, last - end))
        self._measure_known()
        while self._ready:
            piece = self._ready.popleft()
            if piece.start < end:
                yield piece

    @property
    def _heard(self) -> int:
        """Index just behind the last sample."""
        return self._sound_start + len(self._sound)

    def _hear(self, frames: Iterable[SpeechFrame]) -> None:
        sound = [self._sound]
        for frame in frames:
            sound.append(frame.samples)
            self._hints.append(frame.probability >= OFF)
        self._sound = np.concatenate(sound)
        self._measure_known()

    def _measure_known(self) -> None:
        """Measure every piece that further sound would not change."""
        run: list[int] = []
        gain = 1.0
        while self._next + PIECE + RIGHT_VALUES * HOP <= self._heard:
            start, self._next = self._next, self._next + PIECE
            hints = [self._hints.popleft() for _ in range(PIECE // FRAME)]
            needed = self._gain(start) if any(hints) else 0.0
            if needed != gain or not needed or len(run) == MOST_PIECES:
                self._ready.extend(self._measure(run, gain))
                run, gain = [], needed
            if needed:
                run.append(start)
            else:
                self._ready.append(PitchPiece(start, np.full(PIECE_VALUES, np.nan)))
        self._ready.extend(self._measure(run, gain))
        drop = self._next - LEFT_VALUES * HOP - self._sound_start
        self._sound, self._sound_start = self._sound[drop:], self._sound_start + drop

    def _gain(self, start: int) -> float:
        at = start - self._sound_start
        self._peaks.append(float(np.abs(self._sound[at : at + PIECE]).max()))
        peak = max(self._peaks)
        if not 0 < peak < QUIET_PEAK:
            return 1.0
        return 2.0 ** min(math.ceil(math.log2(QUIET_PEAK / peak)), MOST_GAIN_STEPS)

    def _measure(self, run: list[int], gain: float) -> list[PitchPiece]:
        """Measure neighbouring pieces in one go."""
        if not run:
            return []
        first = run[0] - LEFT_VALUES * HOP - self._sound_start
        last = run[-1] + PIECE + RIGHT_VALUES * HOP - self._sound_start
        hz = self._detect(self._sound[first:last] * np.float32(gain))[LEFT_VALUES:-RIGHT_VALUES]
        return [PitchPiece(start, part) for start, part in zip(run, np.split(hz, len(run)), strict=True)]


def detector(engine: Engine) -> Detector:
    """Make a pitch detector; it may be used for several speakers."""
    return _swift() if engine == "swift" else _librosa


def track(samples: Samples, rate: int, engine: Engine = "swift") -> PitchTrack:
    """Measure the pitch of a whole sound every 10 ms, speech or not.

    Args:
        samples: mono sound, shape (n,).
        rate: samples a second.
        engine: "swift", or "librosa" for wide-band microphones (on telephone sound it is often an octave up).

    Returns:
        Pitch from 65 to 500 Hz; a value lies between its neighbours of the engine's 16 ms grid where both are voiced.
    """
    from audio.files.resample import resample  # soxr is for recordings at other rates

    sound = resample(samples, rate)
    starts = TRACK_HOP_S * np.arange(-(-len(sound) // (SAMPLE_RATE_HZ // 100)), dtype=np.float64)
    if not len(sound):
        return PitchTrack(starts, np.zeros(0))
    hz = np.concatenate([piece.hz for piece in whole_pieces(sound, engine)])
    return PitchTrack(starts, _interpolate(hz, starts))


def whole_pieces(sound: Samples, engine: Engine = "swift") -> Iterator[PitchPiece]:
    """Measure the pitch of a whole sound at 16 kHz, speech or not, in pieces."""
    tracker = PitchTracker(engine)
    padded = np.pad(sound, (0, -len(sound) % FRAME))
    tracker.look_ahead(
        SpeechFrame("agent", start, padded[start : start + FRAME], probability=1.0, speech=True)
        for start in range(0, len(padded), FRAME)
    )
    return tracker.flush()


def _interpolate(hz: NDArray[np.float64], at_s: NDArray[np.float64]) -> NDArray[np.float64]:
    """Values between two voiced ones lie on a straight line; beside an unvoiced one the nearer decides."""
    place = at_s * SAMPLE_RATE_HZ / HOP
    left = np.minimum(place.astype(int), len(hz) - 1)
    right = np.minimum(left + 1, len(hz) - 1)
    share = place - left
    between = hz[left] * (1 - share) + hz[right] * share
    nearer = np.where(share < 0.5, hz[left], hz[right])  # noqa: PLR2004  (nearer)
    return np.asarray(np.where(np.isnan(between), nearer, between), np.float64)


@cache
def _swift() -> Detector:
    from audio.measure.swift.pitch_network import AFTER, BEFORE, network  # brings onnxruntime

    swift = network()

    def detect(sound: Samples) -> NDArray[np.float64]:
        pitch, confidence = swift.values(sound, LOWEST_HZ, HIGHEST_HZ)
        audible = np.abs(sound).reshape(-1, HOP).max(axis=1)[BEFORE:-AFTER] >= SILENT_PEAK
        hz = np.full(len(sound) // HOP, np.nan)
        hz[BEFORE:-AFTER] = np.where((confidence >= VOICED) & audible, pitch.astype(np.float64).round(ROUNDING), np.nan)
        return hz

    return detect


LIBROSA_FRAME = 1024
VOICED_CORRELATION = 0.6
VOICED_POWER = 1e-6
"""−60 dBFS; quieter microphones are amplified before."""


def _librosa(sound: Samples) -> NDArray[np.float64]:
    """YIN, and voiced where a period resembles the one before it (normalised correlation of 0.6 and more)."""
    import librosa  # takes five seconds to import

    hz = librosa.yin(
        sound, fmin=LOWEST_HZ, fmax=HIGHEST_HZ, sr=SAMPLE_RATE_HZ, frame_length=LIBROSA_FRAME, hop_length=HOP
    )[: len(sound) // HOP].astype(np.float64)
    voiced = [
        _period_correlation(sound, at * HOP, round(SAMPLE_RATE_HZ / value)) >= VOICED_CORRELATION
        for at, value in enumerate(hz)
    ]
    return np.where(voiced, hz.round(ROUNDING), np.nan)


def _period_correlation(sound: Samples, centre: int, period: int) -> float:
    """Correlation of two neighbouring stretches of two periods, one period apart, around a place; 0 at the edges."""
    start, end = centre - period * 3 // 2, centre + period * 3 // 2
    if start < 0 or end > len(sound):
        return 0.0
    before = sound[start : end - period].astype(np.float64)
    after = sound[start + period : end].astype(np.float64)
    power = float(before @ before) * float(after @ after)
    if power <= (VOICED_POWER * len(before)) ** 2:
        return 0.0
    return float(before @ after) / math.sqrt(power)

"""Level, noise floor, spectral balance and clipping of one speaker, by energy in frames."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from audio.block import SAMPLE_RATE_HZ, Samples
from audio.measure.frames import FRAME
from audio.values import SpeechFrame

HOP = 160
"""Samples between two values of a track: 10 ms."""
SILENCE_DBFS = -120.0
"""Level that stands for digital silence."""

WINDOW_FRAMES = 62
"""2 s of speech: what level, balance and clipping look back on."""
OLDEST = 4 * SAMPLE_RATE_HZ
"""Speech longer ago than 4 s no longer counts."""
NOISE_FRAMES = 312
"""10 s: what the noise floor looks back on."""
LEAST_NOISE_FRAMES = 16
"""0.5 s between the words are enough for the noise floor."""
NOISE_SHARE = 0.2
"""The noise floor is what 20 % of the frames between the words stay below: the rest may be breath and tails."""
NO_ROOM = 1e-8
"""Power (−80 dBFS) below which a frame is a muted line and says nothing about the room."""
VOICE = 0.35
"""Probability of speech from which a frame may hold a voice, its speaker's or another's, and says nothing about the
room."""
FULL_SCALE = 0.99
"""From here a sample counts as clipped."""

BAND_EDGES_HZ = (50, 1000, 3400, 4200, 5000, 8000)
LEAST_BALANCE_FRAMES = 16
"""0.5 s of speech, before which there is no balance."""
BAND_FRAMES = 62
"""2 s of speech, after which it is decided whether the sound came over a telephone."""
TELEPHONE_SHARE = 3e-4
"""Share of energy above 4.2 kHz (−35 dB) below which it did: sound sampled at 8 kHz has none there."""
VOICED_SHARE = 0.1
"""Of the mean energy below 1 kHz: a frame with less holds a consonant, of which there are more or fewer by chance."""
LEAST_SIGNAL = 0.1
"""At most 90 % of a band's energy counts as noise."""

_BINS_HZ = np.fft.rfftfreq(FRAME, 1 / SAMPLE_RATE_HZ)
_IN_BANDS = (np.digitize(_BINS_HZ, BAND_EDGES_HZ)[:, None] == np.arange(1, len(BAND_EDGES_HZ))).astype(np.float64)
_HANN = np.hanning(FRAME + 1)[:-1]

_START, _POWER, _CLIPPED = 0, 1, -1
_BANDS = slice(2, -1)
"""Power in the bands between `BAND_EDGES_HZ`."""
_ROOM = slice(1, -1)
"""Power, and power in the bands."""
_COLUMNS = 2 + len(BAND_EDGES_HZ) - 1 + 1
"""What is kept of each frame: where it starts, power, power in the bands, and clipped samples."""


def power_db(power: float) -> float:
    """A power as a level in dBFS; −120 for digital silence."""
    return max(10.0 * math.log10(power), SILENCE_DBFS) if power > 0 else SILENCE_DBFS


def mean_square(samples: Samples) -> float:
    """The power of a sound, shape (n,)."""
    exact = samples.astype(np.float64)
    return float(exact @ exact) / len(exact)


@dataclass(frozen=True, slots=True, eq=False)
class LevelTrack:
    """Level over time."""

    start_s: NDArray[np.float64]
    """Start of each 32 ms frame in seconds, 10 ms apart, shape (n,)."""
    dbfs: NDArray[np.float64]
    """RMS level of each frame, shape (n,)."""


def track(samples: Samples, rate: int) -> LevelTrack:
    """Measure the level of a whole sound every 10 ms, speech or not.

    The frames are those of `librosa.feature.rms(frame_length=512, hop_length=160, center=False)` at 16 kHz: a
    `center=True` would look 16 ms ahead and invent silence before the start.

    Args:
        samples: mono sound, shape (n,).
        rate: samples a second.
    """
    from audio.files.resample import resample  # soxr is for recordings at other rates

    sound = resample(samples, rate)
    if len(sound) < FRAME:
        return LevelTrack(np.zeros(0), np.zeros(0))
    frames = np.lib.stride_tricks.sliding_window_view(sound, FRAME)[::HOP]
    power = np.mean(np.square(frames, dtype=np.float64), axis=1)
    starts = np.arange(len(power)) * HOP / SAMPLE_RATE_HZ
    return LevelTrack(starts, 10 * np.log10(np.maximum(power, 10 ** (SILENCE_DBFS / 10))))


@dataclass(frozen=True, slots=True)
class Levels:
    """The energy measures of one speaker at one moment; None where there is too little speech."""

    level_dbfs: float | None
    """Energy mean of the last 2 s of speech, none older than 4 s."""
    balance_db: float | None
    """Energy above 1 kHz over energy below, of the same speech less the noise floor."""
    clipped_pct: float | None
    """Share of samples at full scale, of the same speech."""
    noise_floor_dbfs: float | None


class LevelMeter:
    """Frames of one speaker in, levels at any moment.

    The spectral balance (alpha ratio: 1–5 kHz over 50 Hz–1 kHz) rises with vocal effort whatever the gain. It is taken
    where there is a vowel. On phone sound the upper band ends at 3.4 kHz; the first 2 s of speech decide which it is.

    Args:
        power: gives the mean square of a frame.
    """

    def __init__(self, power: Callable[[Samples], float] = mean_square) -> None:
        self._power = power
        self._waiting: list[SpeechFrame] = []
        """Not measured yet: several frames at once cost little more than one."""
        self._speech = _Recent(WINDOW_FRAMES)
        self._between = _Recent(NOISE_FRAMES)
        self._noise_frames = 0
        self._noise: NDArray[np.float64] | None = None
        self._heard_bands = np.zeros(len(BAND_EDGES_HZ) - 1)
        self._heard_frames = 0
        self._telephone: bool | None = None

    def feed(self, frame: SpeechFrame) -> None:
        """Take the next frame."""
        self._waiting.append(frame)

    def levels(self) -> Levels:
        """The levels as of the last frame."""
        self._measure()
        noise_floor = None if self._noise is None else power_db(float(self._noise[0]))
        speech = self._speech.rows
        if not len(speech):
            return Levels(None, None, None, noise_floor)
        mean = np.add.reduce(speech) / len(speech)
        clipped_pct = 100.0 * float(mean[_CLIPPED]) / FRAME
        return Levels(power_db(float(mean[_POWER])), self._balance(speech[:, _BANDS]), clipped_pct, noise_floor)

    def _measure(self) -> None:
        if not self._waiting:
            return
        frames, self._waiting = self._waiting, []
        for frame, energies in zip(frames, _energies(frames, self._power), strict=True):
            if frame.speech:
                self._speech.add(energies)
                self._decide_band(energies[_BANDS])
            elif energies[_POWER] > NO_ROOM and frame.probability < VOICE and not frame.picks_up:
                self._between.add(energies)
                self._count_noise()
            self._between.forget(frame.start - NOISE_FRAMES * FRAME)
            self._speech.forget(frame.start - OLDEST)

    def _count_noise(self) -> None:
        """Update the noise floor every 0.5 s between the words."""
        self._noise_frames += 1
        between = self._between.rows
        if self._noise_frames % LEAST_NOISE_FRAMES == 0 and len(between) >= LEAST_NOISE_FRAMES:
            self._noise = _quantile(between[:, _ROOM], NOISE_SHARE)

    def _decide_band(self, bands: NDArray[np.float64]) -> None:
        if self._telephone is None:
            self._heard_bands += bands
            self._heard_frames += 1
            if self._heard_frames == BAND_FRAMES:
                above = self._heard_bands[3:].sum()
                self._telephone = bool(above < TELEPHONE_SHARE * self._heard_bands.sum())

    def _balance(self, spoken: NDArray[np.float64]) -> float | None:
        if self._telephone is None or len(spoken) < LEAST_BALANCE_FRAMES:
            return None
        total = spoken[spoken[:, 0] >= VOICED_SHARE * spoken[:, 0].mean()].mean(axis=0)
        noise = np.zeros_like(total) if self._noise is None else self._noise[1:]
        upper = slice(1, 2 if self._telephone else 4)
        low = max(total[0] - noise[0], LEAST_SIGNAL * total[0])
        high = max(total[upper].sum() - noise[upper].sum(), LEAST_SIGNAL * total[upper].sum())
        return power_db(high) - power_db(low) if low > 0 and high > 0 else None


class _Recent:
    """The energies of the latest frames, oldest first.

    Args:
        most: frames that are kept.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._table = np.zeros((2 * most, _COLUMNS))
        self._first = self._end = 0

    @property
    def rows(self) -> NDArray[np.float64]:
        """Shape (frames, 8): a view, good until the next frame is added."""
        return self._table[self._first : self._end]

    def add(self, energies: NDArray[np.float64]) -> None:
        """Take the next frame; the oldest goes if there are too many."""
        if self._end - self._first == self._most:
            self._first += 1
        if self._end == len(self._table):
            rows = self.rows
            self._table[: len(rows)] = rows
            self._first, self._end = 0, len(rows)
        self._table[self._end] = energies
        self._end += 1

    def forget(self, until: int) -> None:
        """Drop the frames that begin at this sample index or before."""
        while self._first < self._end and self._table[self._first, _START] <= until:
            self._first += 1


def _energies(frames: Sequence[SpeechFrame], power: Callable[[Samples], float]) -> NDArray[np.float64]:
    """Start, power, bands and clipped samples of each frame, shape (frames, 8)."""
    samples = np.stack([frame.samples for frame in frames])
    spectrum = np.fft.rfft(samples * _HANN)
    table = np.empty((len(frames), _COLUMNS))
    table[:, _START] = [frame.start for frame in frames]
    table[:, _POWER] = [power(frame.samples) for frame in frames]
    table[:, _BANDS] = (spectrum.real**2 + spectrum.imag**2) @ _IN_BANDS
    table[:, _CLIPPED] = np.count_nonzero(np.abs(samples) >= FULL_SCALE, axis=1)
    return table


def _quantile(table: NDArray[np.float64], share: float) -> NDArray[np.float64]:
    """The `share` quantile of each column; shape (columns,)."""
    at = int(share * len(table))
    return np.asarray(np.partition(table, at, axis=0)[at])

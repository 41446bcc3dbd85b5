"""Syllable nuclei: peaks of the voice's energy with a dip on either side, where the voice is voiced."""

import math
from collections import deque
from collections.abc import Callable, Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from audio.block import SAMPLE_RATE_HZ, Samples
from audio.measure.pitch import HOP as PITCH_HOP
from audio.measure.pitch import PitchPiece

WINDOW = 320
"""20 ms."""
HOP = 128
"""Samples between two values of the envelope: 8 ms."""
BAND_EDGES_HZ = (150, 450, 750, 1200, 1750, 2500, 3400)
"""Six bands of equal width to the ear, all of them within a phone line's band."""
COMPRESSION = 0.15
"""Exponent of a band's power before the bands are added, so that each contributes to a dip."""
SMOOTHING = 7
"""Values of the envelope that are averaged, with Hann weights: 56 ms."""
DIP_DB = 0.8
"""A peak is at least this far above the dips around it."""
LONGEST_WAIT = SAMPLE_RATE_HZ * 3 // 10
"""0.3 s after a peak, it counts even without a dip, so that nothing waits longer."""
LEAST_POWER = 1e-10
"""Power of a band, −100 dBFS: less is silence."""

_HANN = np.hanning(WINDOW + 1)[:-1]
_BINS = np.searchsorted(np.fft.rfftfreq(WINDOW, 1 / SAMPLE_RATE_HZ), BAND_EDGES_HZ)
_WEIGHTS = np.hanning(SMOOTHING + 2)[1:-1] / np.hanning(SMOOTHING + 2).sum()
Spectra = Callable[[Samples, int], NDArray[np.float64]]
_LOOK_BACK = WINDOW // 2 + SMOOTHING // 2 * HOP
"""Samples that a value of the envelope needs before its place; it needs as many after it."""


class NucleusFinder:
    """One speaker's sound and its pitch in, the sample indices of syllable nuclei out, in order.

    After N. de Jong and T. Wempe, "Praat script to detect syllable nuclei and measure speech rate automatically",
    Behavior Research Methods 41 (2009): intensity peaks with a dip of 2 dB around them, voiced. Here the intensity is
    that of six bands, each compressed before they are added (a dip in one formant then counts, where the plain energy
    follows the first formant alone), and peaks are found as the sound comes: one is known once the intensity has
    fallen by the dip, or after 0.3 s.

    Args:
        spectra: gives the power spectra of a sound's first windows.
    """

    def __init__(self, spectra: Spectra | None = None) -> None:
        self._spectra = spectra or power_spectra
        self._sound: Samples = np.zeros(_LOOK_BACK, np.float32)
        self._at = 0
        """Sample index of the next value of the envelope."""
        self._rising = False
        self._extreme_db = math.inf
        self._extreme_at = 0
        self._peaks: deque[int] = deque()
        """Peaks found, with their voicing not known yet."""
        self._voiced: list[bool] = []
        """At every 256th sample from `_voiced_from` on."""
        self._voiced_from = 0

    @property
    def settled(self) -> int:
        """No nucleus before this sample index is still to come."""
        undecided = self._extreme_at if self._rising else self._at
        return min([undecided, self._voiced_to, *self._peaks])

    def feed(self, sound: Samples, pitch: Iterable[PitchPiece]) -> Iterator[int]:
        """Take the next sound and what has become known of its pitch."""
        self._sound = np.concatenate([self._sound, sound])
        for piece in pitch:
            self._voiced.extend((~np.isnan(piece.hz)).tolist())
        count = (len(self._sound) - 2 * _LOOK_BACK) // HOP + 1
        if count > 0:
            for value in _envelope(self._sound, count, self._spectra).tolist():
                self._pick(value)
            self._sound = self._sound[count * HOP :]
        return iter(self._voiced_peaks())

    def flush(self, pitch: Iterable[PitchPiece] = ()) -> Iterator[int]:
        """The sound has ended, and this is the rest of its pitch; return the rest of the nuclei."""
        found = list(self.feed(np.zeros(_LOOK_BACK, np.float32), pitch))
        if self._rising:
            self._peaks.append(self._extreme_at)
        self._voiced.extend([False] * (2 * _LOOK_BACK // PITCH_HOP))
        return iter(found + self._voiced_peaks())

    @property
    def _voiced_to(self) -> int:
        return self._voiced_from + len(self._voiced) * PITCH_HOP

    def _pick(self, value_db: float) -> None:
        """Follow the envelope up to a peak, down to a dip, and so on."""
        at, self._at = self._at, self._at + HOP
        if self._rising:
            if value_db > self._extreme_db:
                self._extreme_db, self._extreme_at = value_db, at
            elif value_db <= self._extreme_db - DIP_DB or at - self._extreme_at >= LONGEST_WAIT:
                self._peaks.append(self._extreme_at)
                self._rising, self._extreme_db = False, value_db
        elif value_db < self._extreme_db:
            self._extreme_db = value_db
        elif value_db >= self._extreme_db + DIP_DB:
            self._rising, self._extreme_db, self._extreme_at = True, value_db, at

    def _voiced_peaks(self) -> list[int]:
        """Peaks with a voiced pitch value beside them."""
        found = []
        while self._peaks and self._peaks[0] + 2 * PITCH_HOP <= self._voiced_to:
            at = self._peaks.popleft()
            place = (at - self._voiced_from) // PITCH_HOP
            if any(self._voiced[max(place - 1, 0) : place + 2]):
                found.append(at)
        passed = max((self.settled - self._voiced_from) // PITCH_HOP - 2, 0)
        del self._voiced[:passed]
        self._voiced_from += passed * PITCH_HOP
        return found


def power_spectra(sound: Samples, count: int) -> NDArray[np.float64]:
    """The power of `count` windows of 20 ms, 8 ms apart, by frequency: shape (count, 161)."""
    step = sound.strides[0]
    windows = np.ndarray((count, WINDOW), sound.dtype, sound, strides=(HOP * step, step))
    spectrum = np.fft.rfft(windows * _HANN)
    return np.asarray(spectrum.real**2 + spectrum.imag**2)


def _envelope(sound: Samples, count: int, spectra: Spectra) -> NDArray[np.float64]:
    """Intensity at `count` places 8 ms apart, in dB, shape (count,)."""
    frames = count + SMOOTHING - 1
    power = spectra(sound, frames) / WINDOW
    bands = np.add.reduceat(power, _BINS, axis=1)[:, :-1] / WINDOW
    rough = 10 / COMPRESSION * np.log10(np.mean((bands + LEAST_POWER) ** COMPRESSION, axis=1))
    return np.asarray(np.sum([weight * rough[at : at + count] for at, weight in enumerate(_WEIGHTS)], axis=0))

"""Syllable nuclei: peaks of the voice's energy with a dip on either side, where the voice is voiced."""

from collections import deque
from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from audio.block import SAMPLE_RATE_HZ, Samples
from audio.pitch import HOP as PITCH_HOP
from audio.pitch import PitchPiece

WINDOW = 1024
"""64 ms: long enough to smooth over the pulses of a low voice, short enough to part syllables."""
HOP = 128
"""Samples between two values of the envelope: 8 ms."""
BAND_HZ = (300, 3300)
"""Where vowels have their energy, over the telephone too."""
DIP_DB = 1.5
"""A peak stands at least so far above the dips around it."""
LONGEST_WAIT = SAMPLE_RATE_HZ * 3 // 10
"""0.3 s after a peak without a dip it counts all the same, so that nothing waits longer."""
LEAST_DBFS = -80.0
"""Energy under this is silence."""

_HANN = np.hanning(WINDOW + 1)[:-1]
_BINS_HZ = np.fft.rfftfreq(WINDOW, 1 / SAMPLE_RATE_HZ)
_BAND = slice(*np.searchsorted(_BINS_HZ, BAND_HZ).tolist())


class NucleusFinder:
    """One speaker's sound and its pitch in, the sample indices of syllable nuclei out, in order.

    After J. de Jong and T. Wempe, "Praat script to detect syllable nuclei and measure speech rate automatically",
    Behavior Research Methods 41 (2009): intensity peaks with a dip of 2 dB, voiced. Ours takes the energy of the
    vowels' band in windows of 64 ms, and finds peaks as the sound comes: a peak is known once the energy has fallen
    by the dip or 0.3 s have passed.
    """

    def __init__(self) -> None:
        self._sound: Samples = np.zeros(WINDOW // 2, np.float32)
        self._at = 0
        """Sample index of the next value of the envelope."""
        self._rising = False
        self._extreme_db = LEAST_DBFS
        self._extreme_at = 0
        self._peaks: deque[int] = deque()
        """Found, their voicing not known yet."""
        self._voiced: deque[bool] = deque()
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
        count = (len(self._sound) - WINDOW) // HOP + 1
        if count > 0:
            for value in _envelope(self._sound, count).tolist():
                self._pick(value)
            self._sound = self._sound[count * HOP :]
        return iter(self._voiced_peaks())

    def flush(self, pitch: Iterable[PitchPiece] = ()) -> Iterator[int]:
        """The sound is over, and this is the rest of its pitch; give the rest of the nuclei."""
        found = list(self.feed(np.zeros(WINDOW // 2, np.float32), pitch))
        if self._rising:
            self._peaks.append(self._extreme_at)
        self._voiced.extend([False] * (WINDOW // PITCH_HOP))
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
            while self._voiced_from + 2 * PITCH_HOP <= at:
                self._voiced.popleft()
                self._voiced_from += PITCH_HOP
            first = (at - self._voiced_from) // PITCH_HOP
            if any(list(self._voiced)[max(first - 1, 0) : first + 2]):
                found.append(at)
        return found


def _envelope(sound: Samples, count: int) -> NDArray[np.float64]:
    """Level of the vowels' band in `count` windows, 8 ms apart, in dB, shape (count,)."""
    windows = np.lib.stride_tricks.sliding_window_view(sound, WINDOW)[: count * HOP : HOP]
    spectrum = np.fft.rfft(windows * _HANN)[:, _BAND]
    power = (spectrum.real**2 + spectrum.imag**2).sum(axis=1) / WINDOW**2
    return np.asarray(10 * np.log10(np.maximum(power, 10 ** (LEAST_DBFS / 10))), np.float64)

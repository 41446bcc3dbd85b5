"""Cross-talk: whether a channel only picks up the other one. Its wave is then the other's, a little later."""

import math

import numpy as np
from numpy.typing import NDArray

from audio.block import SAMPLE_RATE_HZ, Samples
from audio.measure.frames import FRAME

STEP = 8
"""One sample in eight is compared: what leaks through a headset has lost its treble, never its bass."""
RATE_HZ = SAMPLE_RATE_HZ // STEP
WINDOW = RATE_HZ * 128 // 1000
"""128 ms are compared: a few syllables of two people are never alike for so long."""
LATEST = RATE_HZ * 170 // 1000
"""The leaking voice may come up to 170 ms later: through a headset at once, through a phone line's echo this late."""
EARLIEST = RATE_HZ // 100
"""Or 10 ms earlier, as far as two sound cards are apart."""
SAME = 0.98
"""Correlation from which two channels are one: no room leaves so much of a wave."""

_TAPS = np.arange(-2 * STEP, 2 * STEP + 1)
_LOW_PASS = (np.sinc(0.9 * _TAPS / STEP) * np.hamming(len(_TAPS))).astype(np.float32)
_SILENCE = 1e-12
_KEPT = WINDOW + LATEST + EARLIEST


class Likeness:
    """Compares the waves of two channels, frame by frame."""

    def __init__(self) -> None:
        self._sound: NDArray[np.float32] = np.zeros((2, len(_TAPS) - 1 + FRAME), np.float32)
        self._windows = np.lib.stride_tricks.sliding_window_view(self._sound, len(_TAPS), axis=1)[:, ::STEP]
        self._recent: NDArray[np.float32] = np.zeros((2, _KEPT), np.float32)

    def feed(self, frame: Samples) -> None:
        """Take the next frame of both channels, shape (2, 512)."""
        self._sound[:, :-FRAME] = self._sound[:, FRAME:]
        self._sound[:, -FRAME:] = frame
        self._recent[:, : -FRAME // STEP] = self._recent[:, FRAME // STEP :]
        self._recent[:, -FRAME // STEP :] = self._windows @ _LOW_PASS

    @property
    def newest(self) -> NDArray[np.float32]:
        """The last frame of both channels at 2 kHz, shape (2, 64)."""
        return self._recent[:, -FRAME // STEP :]

    @property
    def same(self) -> bool:
        """Whether the last 128 ms of both channels are one sound at one time, whatever the gain."""
        first, second = self._recent[:, -WINDOW:]
        return float(first @ second) ** 2 > SAME**2 * float(first @ first) * float(second @ second)

    def of(self, channel: int) -> float:
        """How far the channel's last 128 ms are the other's, from up to 170 ms before: 0 … 1, a correlation.

        Two people who speak at once stay below 0.35 in 19 of 20 frames; a leaking voice is above 0.9.
        """
        own, other = self._recent[channel, -WINDOW - EARLIEST : _KEPT - EARLIEST], self._recent[1 - channel]
        products = np.correlate(other, own, "valid")
        summed = np.cumsum(other * other, dtype=np.float64)
        energies = summed[WINDOW - 1 :].copy()
        energies[1:] -= summed[:-WINDOW]
        likest = np.max(products * products / np.maximum(energies, _SILENCE))
        return math.sqrt(likest / max(float(own @ own), _SILENCE))

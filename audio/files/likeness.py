"""Whether two channels hold the same sound, louder or softer, inverted, or a little later."""

import numpy as np
from numpy.typing import NDArray

LATEST_S = 0.2
"""How much later one channel may be: a recorder that buffers one side writes it a few packets late."""
HEARD_S = 5.0
"""Sound from which the delay is told."""
SAME_DB = -30.0
"""What of one channel the other does not explain; telephone codecs alone leave −36 dB."""


class Likeness:
    """Compares two channels as they are decoded.

    Args:
        rate_hz: samples a second of each channel.
    """

    def __init__(self, rate_hz: int) -> None:
        self._latest = round(LATEST_S * rate_hz)
        self._wanted = round(HEARD_S * rate_hz)
        self._waiting = np.zeros((2, 0), np.float32)
        """Sound before the delay is known, then as much as the delay may reach back."""
        self._lag: int | None = None
        """Samples that the second channel is later than the first."""
        self._energy = np.zeros(2)
        self._shared = 0.0

    def feed(self, left: NDArray[np.float32], right: NDArray[np.float32]) -> None:
        """Take the next sound of both channels, shape (n,) each."""
        self._waiting = np.concatenate([self._waiting, [left, right]], axis=1)
        if self._lag is None and self._waiting.any(axis=1).all() and self._waiting.shape[1] >= self._wanted:
            self._lag = self._find_lag()
        if self._lag is not None:
            self._compare(self._waiting.shape[1] - abs(self._lag))

    @property
    def same(self) -> bool:
        """Whether the two channels are the same sound so far."""
        if self._lag is None and self._waiting.any(axis=1).all():
            self._lag = self._find_lag()
            self._compare(self._waiting.shape[1] - abs(self._lag))
        energy = float(self._energy.prod())
        return energy > 0 and 1 - self._shared**2 / energy < 10 ** (SAME_DB / 10)

    def _find_lag(self) -> int:
        first, second = np.fft.rfft(self._waiting, 2 * self._waiting.shape[1], axis=1)
        found = np.abs(np.fft.irfft(second * first.conj()))
        latest = min(self._latest, self._waiting.shape[1] - 1)
        lags = np.r_[0 : latest + 1, -latest:0]
        return int(lags[np.argmax(found[lags])])

    def _compare(self, count: int) -> None:
        """Compare what both channels hold of the next `count` samples, and drop it."""
        if count <= 0 or self._lag is None:
            return
        late = self._lag
        left = self._waiting[0, max(0, -late) :][:count].astype(np.float64)
        right = self._waiting[1, max(0, late) :][:count].astype(np.float64)
        self._energy += left @ left, right @ right
        self._shared += float(left @ right)
        self._waiting = self._waiting[:, count:]

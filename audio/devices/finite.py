"""NaN and infinite samples, as broken drivers deliver them: replaced by silence, and reported."""

from dataclasses import replace

import numpy as np

from audio.devices.ring import Piece

TOLD_AFTER_S = 1.0
"""Damage is reported once it has been over for so long; later damage is reported separately."""
LONGEST_TOLD_S = 10.0
"""Continuing damage is reported in pieces of this length."""

Stretch = tuple[float, float]
"""Start and end in seconds, on the clock of the streams."""


class Finite:
    """Pieces of one device in, the same with finite samples out.

    Args:
        rate_hz: of the device.
    """

    def __init__(self, rate_hz: int) -> None:
        self._rate_hz = rate_hz
        self._damaged: Stretch | None = None

    def feed(self, piece: Piece) -> Piece:
        """Take the next piece, and return it with zeros for NaN and infinite samples."""
        finite = np.isfinite(piece.samples)
        if finite.all():
            return piece
        start_s = self._damaged[0] if self._damaged else piece.heard_s
        self._damaged = start_s, piece.heard_s + len(piece.samples) / self._rate_hz
        return replace(piece, samples=np.where(finite, piece.samples, np.float32(0)))

    def told(self, now_s: float) -> Stretch | None:
        """A stretch that was damaged, if it is over or long; with infinity, any that there is."""
        if self._damaged is None:
            return None
        start_s, end_s = self._damaged
        if now_s - end_s < TOLD_AFTER_S and end_s - start_s < LONGEST_TOLD_S:
            return None
        damaged, self._damaged = self._damaged, None
        return damaged

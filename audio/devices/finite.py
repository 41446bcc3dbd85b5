"""Samples that are no numbers, as broken drivers give them: silence stands for them, and they are told of."""

from dataclasses import replace

import numpy as np

from audio.devices.ring import Piece

TOLD_AFTER_S = 1.0
"""Damage that is over for so long is told, and what comes then is told by itself."""
LONGEST_TOLD_S = 10.0
"""Damage that goes on is told in stretches of so much."""

Stretch = tuple[float, float]
"""Start and end in seconds, on the clock of the streams."""


class Finite:
    """The pieces of one device in, all of them numbers out.

    Args:
        rate_hz: of the device.
    """

    def __init__(self, rate_hz: int) -> None:
        self._rate_hz = rate_hz
        self._damaged: Stretch | None = None

    def feed(self, piece: Piece) -> Piece:
        """Take the next piece, and give it back with zeros for what is no number."""
        finite = np.isfinite(piece.samples)
        if finite.all():
            return piece
        start_s = self._damaged[0] if self._damaged else piece.heard_s
        self._damaged = start_s, piece.heard_s + len(piece.samples) / self._rate_hz
        return replace(piece, samples=np.where(finite, piece.samples, np.float32(0)))

    def told(self, now_s: float) -> Stretch | None:
        """A stretch that was damaged, if it is over or long; infinity for whatever there is."""
        if self._damaged is None:
            return None
        start_s, end_s = self._damaged
        if now_s - end_s < TOLD_AFTER_S and end_s - start_s < LONGEST_TOLD_S:
            return None
        damaged, self._damaged = self._damaged, None
        return damaged

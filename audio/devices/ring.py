"""A ring buffer for sound from a device's callback: one thread writes, another reads, without a lock."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

KEPT_S = 30.0
"""How far a reader may be behind; older sound is overwritten."""
PIECES = 8192
"""Callbacks remembered: more than 30 s of the shortest."""
AHEAD_S = 2.0
"""How far the writer may get while the reader copies."""


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """What one callback brought."""

    samples: NDArray[np.float32]
    """Shape (n, channels), at the device's rate."""
    heard_s: float
    """When the first of them was heard, on the streams' clock."""
    overrun: bool
    """Whether sound before it was lost."""


class Ring:
    """Holds the last 30 s. `write` neither allocates nor waits, because a callback must not.

    Args:
        rate_hz: of the device.
        channels: of the device.
    """

    def __init__(self, rate_hz: int, channels: int) -> None:
        self._kept = round(KEPT_S * rate_hz)
        self._sound: NDArray[np.float32] = np.zeros((round((KEPT_S + AHEAD_S) * rate_hz), channels), np.float32)
        self._ends = [0] * PIECES
        self._heard = [0.0] * PIECES
        self._overrun = [False] * PIECES
        self._pieces = 0
        self._written = 0
        self._read_pieces = 0

    def write(self, samples: NDArray[np.float32], heard_s: float, overrun: bool) -> None:  # noqa: FBT001 - hot path
        """Take a callback's samples, shape (n, channels), of which the first was heard at `heard_s`."""
        size = len(self._sound)
        start = self._written % size
        fits = min(len(samples), size - start)
        self._sound[start : start + fits] = samples[:fits]
        self._sound[: len(samples) - fits] = samples[fits:]
        slot = self._pieces % PIECES
        self._ends[slot] = self._written = self._written + len(samples)
        self._heard[slot] = heard_s
        self._overrun[slot] = overrun
        self._pieces += 1

    def read(self) -> list[Piece]:
        """Give the pieces that have come since the last time; what was overwritten is missing in front."""
        pieces, oldest = self._pieces, self._written - self._kept
        first = max(self._read_pieces, pieces - PIECES // 2)
        found: list[Piece] = []
        skipped = first > self._read_pieces
        for number in range(first, pieces):
            slot = number % PIECES
            start = self._ends[(number - 1) % PIECES] if number else 0
            if start < oldest:
                skipped = True
                continue
            samples = self._cut(start, self._ends[slot])
            found.append(Piece(samples, self._heard[slot], self._overrun[slot] or skipped))
            skipped = False
        self._read_pieces = pieces
        return found

    def _cut(self, start: int, end: int) -> NDArray[np.float32]:
        size = len(self._sound)
        at = start % size
        head = self._sound[at : min(at + end - start, size)].copy()
        rest = end - start - len(head)
        return np.concatenate([head, self._sound[:rest]]) if rest else head

"""The sound of one side as its sender made it: without breaks where it sent nothing, and with what was lost named."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from audio.devices.ring import Piece
from audio.network.packet import Packet
from audio.network.reorder import Reorder

ROUNDED_S = 0.002
"""Time stamps are in milliseconds: a packet this close to the end of the one before follows it."""
RESTART_S = 600.0
"""A jump of the time stamps this long, or one back, is a new count of the sender."""


@dataclass(frozen=True, slots=True)
class Lost:
    """Packets of the sender that never came, as counts of its samples; silence stands in for them."""

    start: int
    end: int


class Sender:
    """Packets of one side in; pieces for an `Aligner` and losses out, in the sender's order.

    Where the sender stamps its packets, a break between two of them is silence, unless numbers say that packets are
    missing. Where it does not, the aligner finds the breaks by the times of arrival.

    Args:
        rate_hz: of the side.
    """

    def __init__(self, rate_hz: int) -> None:
        self.reorder = Reorder()
        self._rate_hz = rate_hz
        self._count = 0
        """Samples given so far."""
        self._at: int | None = None
        """The sender's index of the next sample."""
        self._number: int | None = None
        self._heard_s = 0.0
        """When the next sample is to be heard, by the last packet."""

    def feed(self, packet: Packet) -> Iterator[Piece | Lost]:
        """Take a packet."""
        yield from self._all(self.reorder.feed(packet))

    def advance(self, now_s: float) -> Iterator[Piece | Lost]:
        """Give up packets that have not come by now."""
        yield from self._all(self.reorder.advance(now_s))

    def flush(self) -> Iterator[Piece | Lost]:
        """The side is closed: give the rest."""
        yield from self._all(self.reorder.flush())

    def skip(self, packet_at: int, count: int) -> Iterator[Piece | Lost]:
        """The sender says that it threw this sound away."""
        if self._at is not None and packet_at >= self._at:
            yield from self._silence(packet_at - self._at + count, self._heard_s, count)

    def _all(self, packets: Iterable[Packet]) -> Iterator[Piece | Lost]:
        for packet in packets:
            yield from self._one(packet)

    def _one(self, packet: Packet) -> Iterator[Piece | Lost]:
        samples = packet.samples
        heard_s = packet.arrived_s - len(samples) / self._rate_hz
        missing = self._missing(packet)
        jump = missing
        if packet.at is not None and self._at is not None:
            jump = packet.at - self._at
            if abs(jump) <= ROUNDED_S * self._rate_hz:
                jump = 0
        restarts = not -len(samples) < jump < RESTART_S * self._rate_hz
        if jump > 0 and not restarts:
            yield from self._silence(jump, heard_s - jump / self._rate_hz, min(missing, jump))
        elif jump < 0 and not restarts:
            samples = samples[-jump:]
            heard_s -= jump / self._rate_hz
        self._at = (packet.at or 0) + len(packet.samples)
        self._number = packet.number
        self._heard_s = packet.arrived_s
        yield self._piece(samples, heard_s, restarts=restarts)

    def _missing(self, packet: Packet) -> int:
        """Samples of the packets before this one that did not come."""
        if packet.number is None or self._number is None:
            return 0
        return (packet.number - self._number - 1) * len(packet.samples)

    def _silence(self, count: int, heard_s: float, lost: int) -> Iterator[Piece | Lost]:
        """Give silence, of which the last samples stand in for lost ones."""
        if lost > 0:
            yield Lost(self._count + count - lost, self._count + count)
        if self._at is not None:
            self._at += count
        yield self._piece(np.zeros(count, np.float32), heard_s)

    def _piece(self, samples: NDArray[np.float32], heard_s: float, *, restarts: bool = False) -> Piece:
        self._count += len(samples)
        return Piece(samples[:, None], heard_s, restarts)

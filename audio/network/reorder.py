"""Brings packets that overtook each other back into their order, and drops what comes twice."""

from collections import deque
from collections.abc import Iterator

from audio.network.packet import Packet

WINDOW_S = 0.2
"""How long a packet waits for the one before it."""
FIRST = 0
"""A side whose first packet has a larger number or stamp may have sent another one before, which is still to come."""
MOST_SKIPPED = 100
"""Places given up that are remembered, to tell a late packet from a duplicate."""


class Reorder:
    """Packets of one side in; the same in the sender's order out.

    The order is that of the time stamps or, without these, of the numbers. A packet is next if it begins where the one
    before ended, or has the next number: behind a pause of the sender, only the number says that nothing is missing.
    Packets without either pass at once: nobody knows their order.
    """

    def __init__(self) -> None:
        self.late = 0
        """Packets that came after their place was given up."""
        self.duplicates = 0
        self._waiting: dict[int, Packet] = {}
        self._next: int | None = None
        """The stamp or number of the next packet."""
        self._next_number: int | None = None
        self._skipped: deque[range] = deque(maxlen=MOST_SKIPPED)

    def feed(self, packet: Packet) -> Iterator[Packet]:
        """Take a packet; give those whose turn it is."""
        key = _key(packet)
        if key is None:
            yield packet
        elif self._next is not None and key < self._next - _slack(packet):
            if any(key in skipped for skipped in self._skipped):
                self.late += 1
            else:
                self.duplicates += 1
        elif key in self._waiting:
            self.duplicates += 1
        else:
            self._waiting[key] = packet
            if self._next is None and key <= FIRST:
                self._next = key
            yield from self._due()

    def advance(self, now_s: float) -> Iterator[Packet]:
        """Give the packets that have waited long enough."""
        while self._waiting and now_s - min(one.arrived_s for one in self._waiting.values()) >= WINDOW_S:
            yield from self._skip()

    def flush(self) -> Iterator[Packet]:
        """The side is closed: give all that waits."""
        while self._waiting:
            yield from self._skip()

    def _skip(self) -> Iterator[Packet]:
        first = min(self._waiting)
        if self._next is not None and first > self._next:
            self._skipped.append(range(self._next, first))
        self._next = first
        yield from self._due()

    def _due(self) -> Iterator[Packet]:
        while self._waiting and self._next is not None:
            key = min(self._waiting)
            packet = self._waiting[key]
            follows = packet.number is not None and packet.number == self._next_number
            if key > self._next + _slack(packet) and not follows:
                return
            del self._waiting[key]
            self._next = key + (1 if packet.at is None else len(packet.samples))
            self._next_number = None if packet.number is None else packet.number + 1
            yield packet


def _key(packet: Packet) -> int | None:
    return packet.number if packet.at is None else packet.at


def _slack(packet: Packet) -> int:
    """Stamps are rounded."""
    return 0 if packet.at is None else len(packet.samples) // 2

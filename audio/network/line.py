"""The two sides of a call from the network: blocks without gaps, whatever the network does."""

from collections.abc import Iterator

from audio.block import SAMPLE_RATE_HZ, AudioBlock, Speaker
from audio.network.packet import Packet
from audio.network.side import Side
from audio.values import SoundLost

PATIENCE_S = 0.25
"""A packet that is later than this finds silence in its place: until then the other side waits for it."""
STALL_S = 1.5
"""The same while nothing comes on any side: no other sound waits, and a burst usually follows."""
QUIET_S = 0.1
"""Nothing has come for so long, beyond the length of a packet, when a line stalls."""
GRACE_S = 0.15
"""After a stall, the sides' bursts do not come at the same moment."""
LONGEST = SAMPLE_RATE_HZ
"""Most samples in a block."""
SPEAKERS: tuple[Speaker, ...] = ("agent", "customer")


class Line:
    """Packets of both sides in; blocks and losses out, in order.

    It reads no clock: the receiver stamps each packet, and says with `advance` how far it has read. So a program that
    was stopped, or is behind, places sound as if it had been on time.

    Args:
        origin_s: media time 0 on the receiver's clock.
        start: media index of the first block; later than 0 for a call that is continued.
    """

    def __init__(self, origin_s: float, start: int = 0) -> None:
        self.sides = {speaker: Side(speaker, origin_s, start) for speaker in SPEAKERS}
        self.given = start
        """Media index up to which blocks were given."""
        self._origin_s = origin_s
        self._arrived_s = origin_s
        self._resumed_s = origin_s
        """When sound came again after a stall."""

    def begin(self, speaker: Speaker, rate_hz: int) -> Iterator[SoundLost]:
        """A connection of a side begins."""
        yield from self.sides[speaker].begin(rate_hz)

    def feed(self, speaker: Speaker, packet: Packet) -> Iterator[SoundLost]:
        """Take a packet."""
        if packet.arrived_s - self._arrived_s > self._quiet_s:
            self._resumed_s = packet.arrived_s
        self._arrived_s = max(self._arrived_s, packet.arrived_s)
        yield from self.sides[speaker].feed(packet)

    def discard(self, speaker: Speaker, at: int, count: int) -> Iterator[SoundLost]:
        """A side's sender threw sound away."""
        yield from self.sides[speaker].discard(at, count)

    def disconnect(self, speaker: Speaker, at_s: float) -> Iterator[SoundLost]:
        """A side's connection is gone."""
        yield from self.sides[speaker].disconnect(at_s)

    def advance(self, now_s: float) -> Iterator[AudioBlock | SoundLost]:
        """Everything that came before `now_s` was fed: give the blocks that are due."""
        for side in self.sides.values():
            yield from side.advance(now_s)
        yield from self._blocks(min(self._ready(side, now_s) for side in self.sides.values()))

    def finish(self, now_s: float) -> Iterator[AudioBlock | SoundLost]:
        """The call is over: give the rest."""
        for side in self.sides.values():
            yield from side.disconnect(now_s)
        yield from self._blocks(max(side.end for side in self.sides.values()))
        end = max(side.heard for side in self.sides.values())
        for side in self.sides.values():
            yield from side.finish(end)

    @property
    def _quiet_s(self) -> float:
        return QUIET_S + max(side.longest_s for side in self.sides.values())

    def _ready(self, side: Side, now_s: float) -> int:
        """Media index up to which a side has sound, or is given silence."""
        stalls = now_s - self._arrived_s > self._quiet_s or now_s - self._resumed_s < GRACE_S
        waits = side.settles(now_s) or (stalls and any(one.is_connected for one in self.sides.values()))
        patience_s = STALL_S if waits else PATIENCE_S
        by_clock = round((now_s - patience_s - side.longest_s - self._origin_s) * SAMPLE_RATE_HZ)
        return max(side.end, by_clock)

    def _blocks(self, end: int) -> Iterator[AudioBlock]:
        while self.given < end:
            start, until = self.given, min(end, self.given + LONGEST)
            self.given = until
            for speaker, side in self.sides.items():
                yield AudioBlock(speaker, start, side.take(until))

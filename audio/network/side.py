"""One side of a call from the network, on the call's media clock."""

from collections import deque
from collections.abc import Iterable, Iterator

import numpy as np

from audio.block import SAMPLE_RATE_HZ, Samples, Speaker, seconds
from audio.devices.align import Aligned, Aligner, Hole, Limits
from audio.devices.ring import Piece
from audio.network.packet import Packet
from audio.network.sender import Lost, Sender
from audio.network.sender_pace import Pace
from audio.values import SoundLost

LATE_S = 0.06
"""A packet is up to 40 ms late; after one that is later than this, sound waits until its place is clear."""
FIRST_STAMPS_S = 0.5
STAMPS_S = 0.1
"""The earliest of the packets that come in so long, and two more, shows where sound belongs: the first of a connection,
and sound behind a gap."""
LEAST_LOST_S = 0.04
"""A shorter break in arrivals is lateness: what is missing in it shows at the next."""
LONGEST_BURST_S = 10.0
"""What a stall held back comes at once: its packets must all be there before one of them can be placed."""
LEAST_REPORTED = SAMPLE_RATE_HZ // 200
"""Samples: 5 ms; a shorter loss is not reported."""
BEGINNING = SAMPLE_RATE_HZ // 5
"""Samples: 0.2 s that a side may begin after the call, or end before it, without a report."""
SETTLING_S = 1.5
"""The longest time until the first sound of a connection is in place."""
RESAMPLER = SAMPLE_RATE_HZ // 50
"""Samples: the end of a stretch of sound, up to 20 ms, leaves the resampler with the next one."""
INAUDIBLE = 1e-3
"""Peak of sound that nobody misses: −60 dBFS."""
_NAMES = {"agent": "The agent's side", "customer": "The customer's side"}


class Side:
    """What one speaker's connections bring, from the start of the call to its end.

    Args:
        speaker: whose side it is.
        origin_s: media time 0 on the clock of arrivals.
        start: media index of the first sample.
    """

    def __init__(self, speaker: Speaker, origin_s: float, start: int = 0) -> None:
        self.speaker = speaker
        self.name = _NAMES[speaker]
        self.arrived_s = -np.inf
        """When its last packet came."""
        self._first_s = np.inf
        """When the first packet of its connection came, while none of it is in place."""
        self.longest_s = 0.0
        """Length of its longest packet."""
        self.late = self.duplicates = 0
        """Packets of earlier connections that came too late, or twice."""
        self._origin_s = origin_s
        self._rate_hz = SAMPLE_RATE_HZ
        self._sender: Sender | None = None
        self._aligner: Aligner | None = None
        self._placed: deque[Aligned] = deque()
        self._given = self._end = start
        self._missing_from: int | None = start
        """Media index since which there is no connection; None while there is one."""
        self._lost: deque[Lost] = deque()
        """Losses whose place on the media clock is not known yet."""

    @property
    def is_connected(self) -> bool:
        """Whether it has a connection."""
        return self._sender is not None

    @property
    def end(self) -> int:
        """Media index up to which its sound is in place."""
        return max(self._end, self._given)

    @property
    def heard(self) -> int:
        """Media index up to which it had sound."""
        return self._end

    @property
    def frames_late(self) -> int:
        """Packets that came after their place was given up."""
        return self.late + (self._sender.reorder.late if self._sender else 0)

    def begin(self, rate_hz: int) -> Iterator[SoundLost]:
        """A connection begins; one that is still open is replaced."""
        yield from self.disconnect(None)
        self._sender = Sender(rate_hz)
        self._rate_hz = rate_hz

    def feed(self, packet: Packet) -> Iterator[SoundLost]:
        """Take a packet of the connection."""
        if self._sender is None:
            return
        self.arrived_s = max(self.arrived_s, packet.arrived_s)
        self.longest_s = max(self.longest_s, len(packet.samples) / self._rate_hz)
        if self._aligner is None:
            self._first_s = packet.arrived_s
            two_s = 2 * self.longest_s
            first_s, steady_s = FIRST_STAMPS_S + two_s, STAMPS_S + two_s
            limits = Limits(first_s, steady_s, LONGEST_BURST_S, LATE_S, LEAST_LOST_S, on_time_s=LEAST_LOST_S)
            self._aligner = Aligner(self._rate_hz, 1, self._origin_s, limits, Pace(self._rate_hz))
        yield from self._keep(self._sender.feed(packet))

    def discard(self, at: int, count: int) -> Iterator[SoundLost]:
        """The sender says that it threw away so many samples, the first of them its sample `at`."""
        if self._sender:
            yield from self._keep(self._sender.skip(at, count))

    def advance(self, now_s: float) -> Iterator[SoundLost]:
        """Give up packets that have not come by now."""
        if self._sender and self._aligner:
            yield from self._keep(self._sender.advance(now_s))
            if now_s - self.arrived_s > LATE_S + self.longest_s:
                yield from self._place(self._aligner.settle())

    def disconnect(self, at_s: float | None) -> Iterator[SoundLost]:
        """The connection is gone: no sound comes until the next one.

        Args:
            at_s: when; None if the next one begins at once.
        """
        if self._sender is None:
            return
        yield from self._keep(self._sender.flush())
        if self._aligner:
            yield from self._place(self._aligner.flush())
        self.late, self.duplicates = self.frames_late, self.duplicates + self._sender.reorder.duplicates
        self._sender = self._aligner = None
        self._lost.clear()
        if self._missing_from is None:
            self._missing_from = self.end if at_s is None else max(self.end, self._index(at_s))

    def settles(self, now_s: float) -> bool:
        """Whether it is not clear yet where the first sound of its connection belongs."""
        return self._first_s < now_s < self._first_s + SETTLING_S

    def take(self, end: int) -> Samples:
        """Take the sound up to a media index, with silence where there is none."""
        sound = np.zeros(end - self._given, np.float32)
        while self._placed and self._placed[0].start < end:
            placed = self._placed.popleft()
            if placed.end > end:
                self._placed.appendleft(Aligned(end, placed.sound[end - placed.start :]))
            piece = placed.sound[max(0, self._given - placed.start) : end - placed.start, 0]
            at = max(placed.start, self._given) - self._given
            sound[at : at + len(piece)] = piece
        self._given = end
        return sound

    def finish(self, end: int) -> Iterator[SoundLost]:
        """The call ends here: report a connection that is still missing."""
        if self._missing_from is not None and end - self._missing_from >= BEGINNING:
            yield from self._gap(self._missing_from, end, self._absence)

    def _keep(self, items: Iterable[Piece | Lost]) -> Iterator[SoundLost]:
        for item in items:
            if isinstance(item, Lost):
                self._lost.append(item)
            elif self._aligner:
                yield from self._place(self._aligner.feed([item]))
        while self._lost and self._aligner and (start := self._aligner.index_of(self._lost[0].start)) is not None:
            end = self._aligner.index_of(self._lost.popleft().end) or start
            yield from self._gap(start, end, f"Packets of {self.name[0].lower()}{self.name[1:]} were lost on the way.")

    def _place(self, items: Iterable[Aligned | Hole]) -> Iterator[SoundLost]:
        for item in items:
            if isinstance(item, Hole):
                if item.end == item.start:
                    why = f"{self.name} sent more sound than real time. The surplus was dropped."
                    yield SoundLost(self.speaker, *_span(item.start, item.end), why)
            elif len(item.sound):
                yield from self._reconnected(item.start)
                yield from self._too_late(item)
                self._first_s = np.inf
                self._placed.append(item)
            self._end = max(self._end, item.end)

    def _reconnected(self, start: int) -> Iterator[SoundLost]:
        if self._missing_from is None:
            return
        since, self._missing_from = self._missing_from, None
        if start - since >= (LEAST_REPORTED if since else BEGINNING):
            yield from self._gap(since, start, self._absence)

    @property
    def _absence(self) -> str:
        return f"{self.name} was not connected."

    def _too_late(self, placed: Aligned) -> Iterator[SoundLost]:
        """Report audible sound whose place was given as silence before it came."""
        passed = placed.sound[: max(0, self._given - placed.start), 0]
        heard = np.flatnonzero(abs(passed) > INAUDIBLE)
        if len(heard) and heard[-1] - heard[0] >= RESAMPLER:
            start, end = placed.start + int(heard[0]), placed.start + int(heard[-1]) + 1
            yield from self._gap(start, end, f"Sound of {self.name[0].lower()}{self.name[1:]} came too late.")

    def _gap(self, start: int, end: int, why: str) -> Iterator[SoundLost]:
        if end - start >= LEAST_REPORTED:
            yield SoundLost(self.speaker, *_span(start, end), why)

    def _index(self, at_s: float) -> int:
        return round((at_s - self._origin_s) * SAMPLE_RATE_HZ)


def _span(start: int, end: int) -> tuple[float, float]:
    return round(seconds(max(0, start)), 3), round(seconds(max(0, end)), 3)

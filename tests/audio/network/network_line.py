"""Sound sent over a network that is made up: what arrives, when, and what the line makes of it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from audio.block import SAMPLE_RATE_HZ, AudioBlock, Speaker
from audio.network.line import SPEAKERS, Line
from audio.network.packet import Packet
from audio.values import SoundLost

RATE_HZ = 8_000
BEGAN_S = 1_000.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Wire:
    """How one side's sound is sent."""

    sound: NDArray[np.float32]
    packet_s: float = 0.02
    ppm: float = 0.0
    """By how much the sender's second is longer."""
    starts_s: float = 0.0
    jitter_s: float = 0.0
    stamped: bool = False
    numbered: bool = False
    silent: Sequence[tuple[float, float]] = ()
    """Stretches in which nothing is sent, in seconds of the sound."""
    stalls: Sequence[tuple[float, float]] = ()
    """Stretches in which nothing arrives; all of it comes at their ends."""
    seed: int = 1

    def packets(self) -> list[Packet]:
        """Everything that is sent, in the order in which it is sent."""
        random = np.random.default_rng(self.seed)
        length, sent = round(self.packet_s * RATE_HZ), []
        for number, at in enumerate(range(0, len(self.sound) - length + 1, length)):
            ends_s = (at + length) / RATE_HZ
            if any(start_s < ends_s <= end_s for start_s, end_s in self.silent):
                continue
            arrives_s = self.starts_s + ends_s * (1 + self.ppm * 1e-6) + random.uniform(0, self.jitter_s)
            if sent and not self.stamped:  # such dialects are on TCP, where nothing overtakes
                arrives_s = max(arrives_s, sent[-1].arrived_s - BEGAN_S)
            arrives_s = max([arrives_s, *(end_s for start_s, end_s in self.stalls if start_s < arrives_s <= end_s)])
            stamp = at if self.stamped else None
            sent.append(
                Packet(self.sound[at : at + length], BEGAN_S + arrives_s, stamp, number if self.numbered else None)
            )
        return sent


@dataclass(slots=True)
class Heard:
    """What a line gave."""

    sound: dict[Speaker, NDArray[np.float32]]
    lost: list[SoundLost] = field(default_factory=list)

    def of(self, speaker: Speaker) -> list[tuple[float, float]]:
        """The losses of a speaker."""
        return [(one.start_s, one.end_s) for one in self.lost if one.speaker == speaker]


def played(packets: dict[Speaker, Iterable[Packet]], until_s: float, every_s: float = 0.1) -> Heard:
    """Let packets arrive at a line, whose sides begin with their first ones."""
    line = Line(BEGAN_S)
    blocks: dict[Speaker, list[AudioBlock]] = {speaker: [] for speaker in SPEAKERS}
    heard = Heard({})

    def take(items: Iterable[AudioBlock | SoundLost]) -> None:
        for item in items:
            if isinstance(item, AudioBlock):
                assert item.start == (blocks[item.speaker][-1].end if blocks[item.speaker] else 0)
                blocks[item.speaker].append(item)
            else:
                heard.lost.append(item)

    arrivals = sorted(
        ((packet.arrived_s, speaker, packet) for speaker, sent in packets.items() for packet in sent),
        key=lambda one: one[0],
    )
    begun, now_s = set(), BEGAN_S
    for arrived_s, speaker, packet in arrivals:
        while now_s + every_s <= arrived_s:
            now_s += every_s
            take(line.advance(now_s))
        if speaker not in begun:
            begun.add(speaker)
            take(line.begin(speaker, RATE_HZ))
        take(line.feed(speaker, packet))
    while now_s < BEGAN_S + until_s:
        now_s += every_s
        take(line.advance(now_s))
    take(line.finish(now_s))
    heard.sound = {
        speaker: np.concatenate([block.samples for block in own]) if own else np.zeros(0, np.float32)
        for speaker, own in blocks.items()
    }
    return heard


def in_order_of_arrival(packets: Iterable[Packet], random: np.random.Generator, reordered: float) -> Iterator[Packet]:
    """Let some packets arrive after the next two."""
    for packet in packets:
        late = random.random() < reordered
        yield replace(packet, arrived_s=packet.arrived_s + 0.045) if late else packet


def clicks(duration_s: float, every_s: float = 1.0) -> NDArray[np.float32]:
    """Sound with a short tone at every full second."""
    sound = np.zeros(round(duration_s * RATE_HZ), np.float32)
    tone = 0.5 * np.sin(2 * np.pi * 1000 * np.arange(160) / RATE_HZ).astype(np.float32)
    for at in range(0, len(sound) - 160, round(every_s * RATE_HZ)):
        sound[at : at + 160] = tone
    return sound


def click_times(sound: NDArray[np.float32]) -> NDArray[np.float64]:
    """When each tone begins, in seconds."""
    loud = np.flatnonzero(abs(sound) > 0.1)
    return loud[np.flatnonzero(np.diff(loud, prepend=-SAMPLE_RATE_HZ) > SAMPLE_RATE_HZ // 4)] / SAMPLE_RATE_HZ

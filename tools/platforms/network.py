"""What a network does to the sound of a leg, on a clock of its own."""

import random
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class Network:
    """Everything is off by default; the same seed gives the same frames."""

    frame_s: float = 0.02
    loss: float = 0.0
    """The share of frames that never come."""
    duplicates: float = 0.0
    """The share of frames that come twice."""
    reordered: float = 0.0
    """The share of frames that come behind the next one."""
    jitter_s: float = 0.0
    """The greatest extra delay; frames of TCP stay in order."""
    silent: tuple[tuple[float, float], ...] = ()
    """From when to when nothing is sent: discontinuous transmission."""
    drift_ppm: float = 0.0
    """By how much the leg's clock is slow: 200 stretches ten minutes by 0.12 s."""
    late_s: float = 0.0
    """How late the leg starts; the sound before is not sent."""
    stall: tuple[float, float] | None = None
    """From when to when frames are held back; then they come at once."""
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame of sound and when it comes."""

    at_s: float
    first_sample: int
    """Counted from the start of the call."""
    samples: Samples


def frames(samples: Samples, rate_hz: int, network: Network) -> list[Frame]:
    """Give the frames of a leg in the order in which they come."""
    luck = random.Random(network.seed)  # noqa: S311 - weather, not a secret
    size = round(network.frame_s * rate_hz)
    sent = [
        Frame((first + size) / rate_hz, first, samples[first : first + size])
        for first in range(0, len(samples) - size + 1, size)
    ]
    kept = [frame for frame in sent if _is_sent(frame, network) and luck.random() >= network.loss]
    kept = [
        replace(frame, at_s=frame.at_s * (1 + network.drift_ppm / 1e6) + luck.uniform(0, network.jitter_s))
        for frame in kept
    ]
    if network.stall:
        kept = [replace(frame, at_s=_held(frame.at_s, *network.stall)) for frame in kept]
    in_order = _in_order(kept)
    for at in range(len(in_order) - 1):
        if luck.random() < network.reordered:
            one, next_one = in_order[at : at + 2]
            in_order[at : at + 2] = [replace(next_one, at_s=one.at_s), replace(one, at_s=next_one.at_s)]
    doubled = [[frame, frame] if luck.random() < network.duplicates else [frame] for frame in in_order]
    return [frame for pair in doubled for frame in pair]


def _is_sent(frame: Frame, network: Network) -> bool:
    silent = any(start <= frame.at_s < end for start, end in network.silent)
    return not silent and frame.at_s > network.late_s


def _held(at_s: float, start_s: float, end_s: float) -> float:
    return end_s if start_s <= at_s < end_s else at_s


def _in_order(kept: Iterable[Frame]) -> list[Frame]:
    """No frame overtakes another, as over TCP."""
    latest_s, in_order = 0.0, []
    for frame in kept:
        latest_s = max(latest_s, frame.at_s)
        in_order.append(replace(frame, at_s=latest_s))
    return in_order

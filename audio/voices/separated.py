"""A track with two voices as the sound of two speakers: each moment is heard from the one who speaks then."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from audio.block import AudioBlock, Samples, Speaker
from audio.values import SoundLost

FADE = 80
"""Samples before and after a change of voice over which one fades out and the other in: 10 ms in all, so that it does
not click."""
TWO: tuple[Speaker, ...] = ("agent", "customer")


class Whole(Protocol):
    """A recording of one track."""

    @property
    def duration_s(self) -> float:
        """Length of the sound."""

    @property
    def sound_hash(self) -> str:
        """Of its sound."""

    def sound(self, piece_s: float, /) -> Iterator[AudioBlock | SoundLost]:
        """Read it."""


@dataclass(frozen=True, slots=True)
class SeparatedRecording:
    """A recording of one track, read as if each of its two voices had a channel of its own.

    A channel is silent while the other voice speaks; together they are the whole sound.
    """

    whole: Whole
    switches: tuple[int, ...]
    """Samples at which the voice changes, from the one that speaks first."""
    notes: tuple[str, ...] = ()
    """Sentences about how it had to be read."""
    agent_second: bool = False
    """Whether the agent is the voice that speaks second."""

    @property
    def speakers(self) -> tuple[Speaker, ...]:
        """Both."""
        return TWO

    @property
    def duration_s(self) -> float:
        """Length of the sound."""
        return self.whole.duration_s

    @property
    def sound_hash(self) -> str:
        """Of the sound of the whole."""
        return self.whole.sound_hash

    def sound(self, piece_s: float = 1.0) -> Iterator[AudioBlock | SoundLost]:
        """Read it, the speakers alternating; where sound is missing, it is missing of both.

        Args:
            piece_s: approximate length of a block in seconds.
        """
        for block in self.whole.sound(piece_s):
            if isinstance(block, SoundLost):
                yield block
                continue
            second = block.samples * _second_voice(block.start, len(block.samples), self.switches)
            first = block.samples - second
            agent, customer = (second, first) if self.agent_second else (first, second)
            yield AudioBlock("agent", block.start, agent)
            yield AudioBlock("customer", block.start, customer)


def _second_voice(start: int, count: int, switches: Sequence[int]) -> Samples:
    """How much of each sample is the second voice's, 0 … 1."""
    if not switches:
        return np.zeros(count, np.float32)
    at = np.ravel([(switch - FADE, switch + FADE) for switch in switches])
    share = np.ravel([(number % 2, 1 - number % 2) for number in range(len(switches))])
    return np.asarray(np.interp(np.arange(start, start + count), at, share), np.float32)

"""Stretches of a call that are not kept: which they are, and silence in their place."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from audio.block import SAMPLE_RATE_HZ, AudioBlock

AROUND_S = 0.3
"""Before and after a word or a key the sound is silent, too: when exactly it was said is not known."""
TOGETHER_S = 1.0
"""Stretches nearer to one another leave nothing between them to be heard."""

Why = Literal["card number", "long number", "security code", "keys", "pause", "unknown"]

SENTENCES: dict[Why, str] = {
    "card number": "A card number was spoken here and is not kept.",
    "long number": "A long number was spoken here and is not kept.",
    "security code": "A security code was spoken here and is not kept.",
    "keys": "Telephone keys were pressed here; they are not kept.",
    "pause": "The agent paused the recording.",
    "unknown": "The program broke off before it knew what was said here, so it is not kept.",
}
"""All that the log says of a stretch that is not kept."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A piece of a call that is not kept, of both speakers."""

    start_s: float
    end_s: float
    """Infinite for a pause that goes on."""
    why: Why


class Stretches:
    """Those that are not yet behind."""

    def __init__(self) -> None:
        self._open: list[Stretch] = []

    def __iter__(self) -> Iterator[Stretch]:
        return iter(self._open)

    def add(self, start_s: float, end_s: float, why: Why) -> None:
        """Add a stretch; those of the same kind that are near become one with it."""
        near = [
            one
            for one in self._open
            if one.why == why and start_s - one.end_s < TOGETHER_S and one.start_s - end_s < TOGETHER_S
        ]
        whole = Stretch(
            max(0.0, min([start_s, *(one.start_s for one in near)])), max([end_s, *(one.end_s for one in near)]), why
        )
        self._open = sorted([*(one for one in self._open if one not in near), whole], key=lambda one: one.start_s)

    def behind(self, until_s: float) -> Iterator[Stretch]:
        """Take out those to which nothing can be added any more, as all up to `until_s` is known."""
        for one in [one for one in self._open if one.end_s + TOGETHER_S <= until_s]:
            self._open.remove(one)
            yield one


def silenced(block: AudioBlock, stretches: Iterable[Stretch]) -> AudioBlock:
    """The block with silence where nothing is kept."""
    samples = block.samples
    for one in stretches:
        first, last = _index(one.start_s, block), _index(one.end_s, block)
        if first < last:
            samples = samples.copy() if samples is block.samples else samples
            samples[first:last] = 0
    return block if samples is block.samples else replace(block, samples=samples)


def _index(at_s: float, block: AudioBlock) -> int:
    """The place of a time within a block, or its nearer end."""
    if math.isinf(at_s):
        return len(block.samples)
    return min(max(round(at_s * SAMPLE_RATE_HZ) - block.start, 0), len(block.samples))

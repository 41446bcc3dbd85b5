"""Stretches of a call that are not kept: which they are, and silence in their place."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from audio.block import SAMPLE_RATE_HZ, Samples

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
class HiddenStretch:
    """A piece of a call that is not kept, of both speakers."""

    start_s: float
    end_s: float
    """Infinite for a pause that goes on."""
    why: Why


class HiddenStretches:
    """Those that are not yet behind."""

    def __init__(self) -> None:
        self._open: list[HiddenStretch] = []

    def __iter__(self) -> Iterator[HiddenStretch]:
        return iter(self._open)

    def add(self, start_s: float, end_s: float, why: Why) -> None:
        """Add a stretch; near ones of the same kind become one with it, and to other near ones it reaches."""
        near = [one for one in self._open if start_s - one.end_s < TOGETHER_S and one.start_s - end_s < TOGETHER_S]
        same = [one for one in near if one.why == why]
        first_s = min([start_s, *(one.start_s for one in same), *(one.end_s for one in near)])
        last_s = max([end_s, *(one.end_s for one in same), *(one.start_s for one in near)])
        others = (one for one in self._open if one not in same)
        self._open = sorted([*others, HiddenStretch(max(0.0, first_s), last_s, why)], key=lambda one: one.start_s)

    def behind(self, until_s: float) -> Iterator[HiddenStretch]:
        """Take out those to which nothing can be added any more, as all up to `until_s` is known."""
        for one in [one for one in self._open if one.end_s + TOGETHER_S <= until_s]:
            self._open.remove(one)
            yield one


def silenced(sound: Samples, start: int, stretches: Iterable[HiddenStretch]) -> Samples:
    """Give a piece of a call's sound with silence where nothing is kept.

    Args:
        sound: shape (n,) or (n, channels) at 16 kHz.
        start: index of its first sample, counted from the start of the call.
        stretches: what is not kept.

    Returns:
        The same shape; the same array if all of it is kept.
    """
    out = sound
    for one in stretches:
        first, last = (_index(at_s, start, len(sound)) for at_s in (one.start_s, one.end_s))
        if first < last:
            out = sound.copy() if out is sound else out
            out[first:last] = 0
    return out


def _index(at_s: float, start: int, length: int) -> int:
    """The place of a time within a piece of sound, or its nearer end."""
    return length if math.isinf(at_s) else min(max(round(at_s * SAMPLE_RATE_HZ) - start, 0), length)

"""Sound on the media clock: blocks of samples counted from the start of the call."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:  # the screen passes blocks on and opens none: it starts without numpy
    import numpy as np
    from numpy.typing import NDArray

SAMPLE_RATE_HZ = 16_000
"""Sample rate of everything behind the sources."""

Samples: TypeAlias = "NDArray[np.float32]"
"""Mono sound, shape (n,), full scale −1 … 1."""

Speaker = Literal["agent", "customer"]


@dataclass(frozen=True, slots=True, eq=False)
class AudioBlock:
    """A piece of one speaker's sound, of any length."""

    speaker: Speaker
    start: int
    """Index of the first sample, counted from the start of the call."""
    samples: Samples

    @property
    def end(self) -> int:
        """Index just behind the last sample."""
        return self.start + len(self.samples)


def seconds(index: int) -> float:
    """Turn a sample index into seconds of media time; nothing else divides by the rate."""
    return index / SAMPLE_RATE_HZ

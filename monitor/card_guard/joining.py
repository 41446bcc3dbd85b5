"""Sound as a recording keeps it: 16-bit samples, a channel a speaker."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from audio.block import AudioBlock, Samples, Speaker

Pcm = NDArray[np.int16]


def to_pcm(samples: Samples) -> Pcm:
    """All that a recording keeps of samples, which is half of them; what is no number is silence."""
    finite = np.where(np.isfinite(samples), samples, np.float32(0))
    return (np.clip(finite, -1.0, 1.0) * 32767).round().astype("<i2")


def to_samples(pcm: Pcm) -> Samples:
    """The same sound, of which a recording keeps the same."""
    return pcm.astype(np.float32) / np.float32(32767)


def joined(blocks: Sequence[AudioBlock], speakers: Sequence[Speaker]) -> tuple[int, Pcm]:
    """Put blocks side by side.

    Args:
        blocks: of any of the speakers, in any order.
        speakers: the channels.

    Returns:
        The sample index at which they begin, and their sound, shape (n, speakers); silence where there is none.
    """
    start = min((block.start for block in blocks), default=0)
    sound = np.zeros((max((block.end for block in blocks), default=0) - start, len(speakers)), np.int16)
    for block in blocks:
        sound[block.start - start : block.end - start, speakers.index(block.speaker)] = to_pcm(block.samples)
    return start, sound

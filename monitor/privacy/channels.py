"""Blocks side by side, as a recording keeps them: a channel a speaker."""

from collections.abc import Sequence

import numpy as np

from audio.block import AudioBlock, Speaker
from audio.files.pcm import Pcm, to_pcm


def joined(blocks: Sequence[AudioBlock], speakers: Sequence[Speaker]) -> tuple[int, Pcm]:
    """Put blocks side by side, as far as all speakers are heard: after a kill the blocks of one may reach further.

    Args:
        blocks: of any of the speakers, in any order.
        speakers: the channels.

    Returns:
        The sample index at which they begin, and their sound, shape (n, speakers); silence where there is none.
    """
    start = min((block.start for block in blocks), default=0)
    sound = np.zeros((max((block.end for block in blocks), default=start) - start, len(speakers)), np.int16)
    ends = dict.fromkeys(speakers, start)
    for block in blocks:
        sound[block.start - start : block.end - start, speakers.index(block.speaker)] = to_pcm(block.samples)
        ends[block.speaker] = max(ends[block.speaker], block.end)
    return start, sound[: min(ends.values()) - start]

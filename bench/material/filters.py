"""Sound through a filter of FFmpeg, as PyAV brings it: nothing to install."""

from fractions import Fraction

import av
import av.filter
import numpy as np

from audio.block import SAMPLE_RATE_HZ, Samples

BLOCK = 4096
"""Samples handed over at once."""


def filtered(sound: Samples, *filters: str) -> Samples:
    """Change a sound.

    Args:
        sound: mono at 16 kHz.
        filters: as FFmpeg's documentation of audio filters names them, such as "atempo=1.3", applied in order.
    """
    graph, step = av.filter.Graph(), Fraction(1, SAMPLE_RATE_HZ)
    chain = [graph.add_abuffer(sample_rate=SAMPLE_RATE_HZ, format="flt", layout="mono", time_base=step)]
    chain += [graph.add(*text.split("=", 1)) for text in filters]
    chain += [graph.add("aformat", "sample_fmts=flt:channel_layouts=mono"), graph.add("abuffersink")]
    graph.link_nodes(*chain).configure()
    made: list[Samples] = []
    for start in range(0, len(sound), BLOCK):
        block = np.ascontiguousarray(sound[None, start : start + BLOCK], np.float32)
        frame = av.AudioFrame.from_ndarray(block, "flt", "mono")
        frame.sample_rate, frame.pts, frame.time_base = SAMPLE_RATE_HZ, start, step
        graph.push(frame)
        made += _pulled(graph)
    graph.push(None)
    return np.concatenate([*made, *_pulled(graph)])


def _pulled(graph: av.filter.Graph) -> list[Samples]:
    """What has come out so far."""
    made: list[Samples] = []
    while True:
        try:
            frame = graph.pull()
        except (av.BlockingIOError, av.EOFError):
            return made
        made.append(np.asarray(frame.to_ndarray()[0], np.float32))

"""Whether this machine measures sound fast enough for a live call."""

import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import islice

import numpy as np

from audio.files.recording import open_recording
from monitor import sample
from monitor.doctor.diagnosis import Diagnosis
from monitor.pipeline.metrics import BY_NAME
from monitor.pipeline.pipeline import Pipeline
from rules.load import load

BLOCK_S = 0.032
HEARD_S = 10.0
WARM_UP_S = 1.0
"""Not timed: everything is slower the first time."""
GOOD_SHARE = 0.5
"""Share of real time; above it, a machine that also transcribes reaches its limit."""


def check() -> Iterator[Diagnosis]:
    """Run ten seconds of the built-in call through the pipeline, without words, and time each block of both sides."""
    recording = open_recording(sample.CALL)
    took_s: list[float] = []
    blocks = recording.blocks(BLOCK_S)
    with closing(Pipeline(recording.speakers, load(metrics=BY_NAME), None, live=True)) as pipeline:
        for _ in range(round((WARM_UP_S + HEARD_S) / BLOCK_S)):
            pair = list(islice(blocks, len(recording.speakers)))
            before_s = time.perf_counter()
            for block in pair:
                for _event in pipeline.feed(block):
                    pass
            took_s.append(time.perf_counter() - before_s)
    yield judged(took_s[round(WARM_UP_S / BLOCK_S) :])


def judged(took_s: Sequence[float]) -> Diagnosis:
    """Judge how long the blocks took, in seconds each.

    Pitch comes in pieces of eight blocks, so that one block in eight takes longer than the others.
    """
    share, p95_s = float(np.mean(took_s)) / BLOCK_S, float(np.percentile(took_s, 95))
    told = (
        f"Measuring takes {share:.0%} of real time; 95 % of the {1000 * BLOCK_S:.0f} ms blocks take at most "
        f"{1000 * p95_s:.0f} ms"
    )
    if share <= GOOD_SHARE and p95_s <= BLOCK_S:
        return Diagnosis("speed", "ok", f"{told}.")
    told = f"{told}. Close other programs, or prompts will be late."
    return Diagnosis("speed", "look" if share < 1 else "bad", told)

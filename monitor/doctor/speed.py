"""Whether the measuring keeps pace with the sound on this machine."""

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
"""Left out: everything is slower the first time."""
GOOD_SHARE = 0.5
"""Of the time that passes; more, and a machine that also transcribes comes to its limit."""


def check() -> Iterator[Diagnosis]:
    """Put ten seconds of the built-in call through the pipeline, without words, and time every block of both sides."""
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
        f"Measuring takes {share:.0%} of the time that passes, and 95 of 100 blocks of {1000 * BLOCK_S:.0f} ms are "
        f"measured within {1000 * p95_s:.0f} ms"
    )
    if share <= GOOD_SHARE and p95_s <= BLOCK_S:
        return Diagnosis("speed", "ok", f"{told}.")
    told = f"{told}: close other programs, or prompts will come late."
    return Diagnosis("speed", "look" if share < 1 else "bad", told)

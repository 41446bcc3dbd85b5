"""Calls whose program was killed."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from audio.block import AudioBlock, Samples
from audio.measures import ToneSample
from monitor.calls import CallInfo, CallWriter
from monitor.events import Mark

INFO = CallInfo(datetime(2026, 3, 1, tzinfo=UTC), "made", ("agent", "customer"), "none", "abc", "0.1.0")


def broken_call(root: Path, duration_s: float = 3.4) -> Path:
    """A call that nothing of is closed; the last fraction of a second is behind what the WAV's header counts."""
    writer = CallWriter(root, INFO)
    for number in range(round(duration_s * 10)):
        for seed, speaker in enumerate(INFO.speakers):
            writer.hear(AudioBlock(speaker, number * 1_600, _sound(2 * number + seed)))
        writer.note(ToneSample("agent", number / 10, number / 10 + 0.1, speaking=False))
    writer.note(Mark(1.0, "flag"))
    writer._events.close()
    if writer._recorder:
        writer._recorder._file.close()
    return writer.folder


def _sound(seed: int) -> Samples:
    return np.random.default_rng(seed).integers(-30_000, 30_000, 1_600).astype(np.float32) / 32767

"""Whether the model base keeps up with two speakers on this machine: tried once, and remembered."""

from __future__ import annotations

import os
import platform
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import platformdirs

from audio.words.model import BASE_SHA256
from monitor.base import atomic
from monitor.base.version import __version__
from monitor.whisper.memory import held_mb

if TYPE_CHECKING:
    from audio.words.whisper import Whisper

CLIP_S = (0.3, 6.4)
"""The first three sentences of the built-in call."""
SPEAKERS = 2
TRIES = 3
MOST_S = 1.0
"""For the three sentences of one speaker, both speakers at once: then nine of ten finals come within 1.4 s."""
DEARER = 2.0
"""Base takes so many times as long as tiny.en for the same sentences."""


class Measured(msgspec.Struct, frozen=True):
    """How a model did."""

    took_s: float
    """Time of a core for 6 s of speech, while as much of another speaker is transcribed; the best of the tries.

    Time on the clock would also depend on what else the machine did just then, which the ladder of load shedding sees.
    """
    cores: int
    memory_mb: float
    """What the process held afterwards."""

    @property
    def keeps_up(self) -> bool:
        """Whether two speakers can be transcribed with it in time."""
        return self.took_s <= MOST_S and self.cores >= SPEAKERS

    @property
    def base_would_keep_up(self) -> bool:
        """The same for base, from how tiny.en did."""
        return self.took_s * DEARER <= MOST_S and self.cores >= SPEAKERS


class _Kept(msgspec.Struct, frozen=True):
    machine: str
    measured: Measured


def measure(whisper: Whisper) -> Measured:
    """Have a model transcribe two speakers at once; nothing else may ask this process meanwhile."""
    import soundfile  # as heavy as the model, and only needed with it

    from audio.block import SAMPLE_RATE_HZ
    from monitor import sample

    first, last = (round(at_s * SAMPLE_RATE_HZ) for at_s in CLIP_S)
    clip = soundfile.read(sample.CALL, stop=last, dtype="float32")[0][first:, 0]
    cpus_s = []
    with ThreadPoolExecutor(SPEAKERS) as threads:
        for _ in range(TRIES):
            before_s = time.process_time()
            list(threads.map(whisper.final, [clip] * SPEAKERS))
            cpus_s.append(time.process_time() - before_s)
    return Measured(round(min(cpus_s) / SPEAKERS, 3), os.cpu_count() or 1, held_mb())


def remembered() -> Measured | None:
    """How base did on this machine; None if that was not tried, or was another machine or version."""
    try:
        kept = msgspec.json.decode(_path().read_bytes(), type=_Kept)
    except (OSError, msgspec.DecodeError):
        return None
    return kept.measured if kept.machine == _machine() else None


def remember(measured: Measured) -> None:
    """Keep how base did.

    Raises:
        OSError: it can't be written.
    """
    atomic.write(_path(), msgspec.json.encode(_Kept(_machine(), measured)))


def _path() -> Path:
    return platformdirs.user_cache_path("tone-monitor") / "whisper-base.json"


def _machine() -> str:
    cores = f"{platform.node()} {platform.machine()} {platform.processor()} {os.cpu_count()}"
    return f"{cores} {__version__} {BASE_SHA256[:8]}"

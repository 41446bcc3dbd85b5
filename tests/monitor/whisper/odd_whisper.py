"""The Whisper process with a model that crashes, hangs, fails or leaks at sounds of certain lengths; it takes no time.

Run as `python odd_whisper.py FOLDER`.
"""

import ctypes
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3]))

from audio.block import Samples
from audio.values import Word
from audio.words.model import ModelError
from monitor.whisper import base_model, models, process
from monitor.whisper.wire_format import ModelSpec

CRASHES, HANGS, HOLDS, FAILS, LEAKS = 1_001, 1_002, 1_003, 1_004, 1_005
"""Samples of the sounds at which it crashes, hangs alone, hangs with all threads, fails, or takes 64 MB for good."""
LEAK_BYTES = 64 * 2**20
MISSING = "missing"
"""The folder of a model that can't be loaded."""


class OddWhisper:
    """Hears how long a sound is."""

    def __init__(self) -> None:
        self._leaked: list[bytes] = []

    def final(self, samples: Samples, *, quick: bool = False, language: str = "", **_context: object) -> Sequence[Word]:
        match len(samples):
            case n if n == CRASHES:
                ctypes.string_at(0)
            case n if n == HANGS:
                time.sleep(300)
            case n if n == HOLDS:
                ctypes.PyDLL(None).sleep(300)
            case n if n == FAILS:
                raise IndexError("made to fail")
            case n if n == LEAKS:
                self._leaked.append(b"x" * LEAK_BYTES)
        return [Word(0.0, 0.05, f"{len(samples)}{language}", 0.5 if quick else 0.9)]

    def partial(self, samples: Samples, **_context: object) -> str:
        return str(len(samples))

    def languages(self, samples: Samples) -> dict[str, float]:
        return {"de": 1.0} if len(samples) else {}


def load(_models: models.Models, spec: ModelSpec) -> OddWhisper:
    if spec.folder == MISSING:
        raise ModelError(f"There is no model in {spec.folder}.")
    return OddWhisper()


if __name__ == "__main__":
    models.Models._load = load  # type: ignore[method-assign, assignment] # noqa: SLF001 - the real one takes a second
    models.GROWTH_MB, models.GROWTH_MB_A_WORKER = LEAK_BYTES / 2**20 / 2, 0.0
    base_model.is_installed = lambda: False
    process.TICK_S, process.ALONE_S = 0.05, 0.5
    os._exit(process.main(sys.argv[1]))

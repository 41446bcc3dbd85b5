"""How many calls a server on this machine takes, as `tone-monitor doctor` measures and keeps it."""

import os
import time
from collections.abc import Iterable
from contextlib import closing, suppress
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import msgspec

from audio.block import seconds
from audio.files.recording import open_recording
from monitor import sample
from monitor.base import atomic
from monitor.pipeline.metrics import BY_NAME
from monitor.pipeline.pipeline import Pipeline
from monitor.pipeline.whisper_model import SharedModel
from rules.load import load

BLOCK_S = 0.1
"""A worker gets sound in pieces of this length."""
HEARD_S = 20.0
USED = 0.75
"""Share of the cores that calls may take: the rest is for bursts, and for the ends of calls."""
WRITING = 1.5
"""In a server, a call costs so many times as much as its measuring: it is also received, judged, written and shown."""
WORDS_S = 0.3
"""What Whisper computes for a second of a call where that can't be measured."""
PARTIAL_WORDS = 3.0
"""In a call, words are also shown before an utterance has ended, and finals begin before it is certain that it has.

That costs so many times as much as hearing each utterance once."""


class Capacity(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Calls at the same time."""

    tone_only: int
    with_words: int
    """0 if there is no model."""
    cores: int

    def calls(self, *, words: bool) -> int:
        """How many fit."""
        return max(1, self.with_words if words and self.with_words else self.tone_only)


def measured(load_model: SharedModel | None) -> Capacity:
    """Measure a stretch of the built-in call; takes some seconds."""
    cores = os.cpu_count() or 1
    tone = WRITING * _measured(None).computed
    words = tone + PARTIAL_WORDS * _measured(load_model).words if load_model else 0.0
    return Capacity(_fit(cores, tone), _fit(cores, words) if words else 0, cores)


def save(capacity: Capacity) -> None:
    """Keep it for the server; nothing depends on that it can be kept."""
    with suppress(OSError):
        atomic.make_folder(_file().parent)
        atomic.write(_file(), msgspec.json.encode(capacity))


def known() -> Capacity | None:
    """What was measured on this machine; None if nothing was, or other cores were there then."""
    try:
        capacity = msgspec.json.decode(_file().read_bytes(), type=Capacity)
    except (OSError, ValueError, RecursionError):
        return None
    return capacity if capacity.cores == os.cpu_count() else None


def _fit(cores: int, share: float) -> int:
    return max(1, int(USED * cores / share)) if share else 1


class _Cost(NamedTuple):
    """Of a call, in cores."""

    computed: float
    """By the threads of this process."""
    words: float
    """By Whisper's process."""


def _measured(load_model: SharedModel | None) -> _Cost:
    recording = open_recording(sample.CALL)
    blocks = recording.blocks(BLOCK_S)
    with closing(Pipeline(recording.speakers, load(metrics=BY_NAME), load_model)) as pipeline:
        pipeline.wait_until_loaded()
        for block in islice(blocks, 2 * round(1 / BLOCK_S)):  # everything is slower the first time
            _all(pipeline.feed(block))
        before_s, words_before_s, heard = time.process_time(), _whisper_s(load_model), 0
        for block in islice(blocks, 2 * round(HEARD_S / BLOCK_S)):
            _all(pipeline.feed(block))
            heard += len(block.samples)
        _all(pipeline.flush())
        computed_s, words_s = time.process_time() - before_s, _whisper_s(load_model) - words_before_s
    length_s = seconds(heard // len(recording.speakers))
    return _Cost(computed_s / length_s, (words_s or WORDS_S * length_s) / length_s)


def _whisper_s(load_model: SharedModel | None) -> float:
    """Seconds that the Whisper process has computed; 0 without words."""
    return load_model.recognizer.cpu_s() if load_model else 0.0


def _all(events: Iterable[object]) -> None:
    for _ in events:
        pass


def _file() -> Path:
    import platformdirs

    return platformdirs.user_state_path("tone-monitor") / "capacity.json"

"""How many calls `tone-monitor serve` takes on this machine."""

from collections.abc import Iterator

from audio.words.model import ModelError
from monitor.doctor.diagnosis import Diagnosis
from monitor.pipeline.whisper_model import SharedModel, loader
from monitor.serve import capacity


def check(model: str) -> Iterator[Diagnosis]:
    """Measure it, and keep it for the server."""
    try:
        load = loader(model)
        found = capacity.measured(load if isinstance(load, SharedModel) else None)
    except (ModelError, RuntimeError):
        found = capacity.measured(None)
    capacity.save(found)
    yield Diagnosis("server", "ok", told(found))


def told(found: capacity.Capacity) -> str:
    """Say how many calls fit."""
    cores = f"{found.cores} core{'s' * (found.cores != 1)}"
    words = f" with words, {found.tone_only} with tone only" if found.with_words else " with tone only"
    return f"tone-monitor serve takes {found.with_words or found.tone_only} calls at a time{words} ({cores})."

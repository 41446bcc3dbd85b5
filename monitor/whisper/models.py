"""The models that the Whisper process holds: each is loaded at the first request for it, and kept while it is used."""

from __future__ import annotations

from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from audio.words.model import ModelError
from monitor.whisper import base_model
from monitor.whisper.memory import held_mb
from monitor.whisper.wire_format import ModelSpec

if TYPE_CHECKING:
    from audio.words.whisper import Whisper

KEPT_S = 300.0
"""How long a model is kept that nobody uses while others are used."""
GROWTH_MB = 256.0
"""What a healthy process takes beyond its models, whatever it hears."""
GROWTH_MB_A_WORKER = 64.0


class Models:
    """Any number of threads may use it.

    Args:
        workers: how many utterances are transcribed at the same time.
    """

    def __init__(self, workers: int) -> None:
        self._workers = workers
        self._loading = Lock()
        self._loaded: dict[ModelSpec, Whisper] = {}
        self._unused_s: dict[ModelSpec, float] = {}
        self._most_mb = 0.0

    @property
    def leaks(self) -> bool:
        """Whether the process holds far more memory than its models need."""
        return 0 < self._most_mb < held_mb()

    def get(self, spec: ModelSpec) -> Whisper:
        """A model, loaded if need be.

        Raises:
            ModelError: it can't be loaded.
        """
        self._unused_s[spec] = 0.0
        if spec in self._loaded:
            return self._loaded[spec]
        with self._loading:
            if spec not in self._loaded:
                try:
                    self._loaded[spec] = self._load(spec)
                except ModelError:
                    if Path(spec.folder) != base_model.folder() or not base_model.is_installed():
                        raise
                    base_model.joined(again=True)  # what lay in the cache is damaged
                    self._loaded[spec] = self._load(spec)
                self._most_mb = held_mb() + GROWTH_MB + GROWTH_MB_A_WORKER * self._workers
            return self._loaded[spec]

    def _load(self, spec: ModelSpec) -> Whisper:
        from audio.words.whisper import Whisper  # half a second in which the process already answers

        return Whisper.load(
            Path(spec.folder), device=spec.device, compute_type=spec.compute_type, workers=self._workers
        )

    def drop_unused(self, after_s: float) -> None:
        """So much time has passed: drop models that others have long replaced."""
        for spec in tuple(self._loaded):
            self._unused_s[spec] += after_s
            if self._unused_s[spec] > KEPT_S > min(self._unused_s.values()):
                del self._loaded[spec], self._unused_s[spec]

"""Which Whisper model a call is to use, found before the call begins and loaded while it does."""

import time
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from threading import Lock
from weakref import WeakSet

from audio.words.model import ModelError, resolve
from audio.words.transcribe import Recognizer, Transcriber
from monitor.pipeline.arenas import share_among_threads

NONE = "none"
MOST_RELOADS = 3
"""Restarts in an hour; a model that stops answering more often is given up."""
HOUR_S = 3600.0


class SharedModel:
    """A Whisper model: loaded at the first request, and again after it stopped answering.

    Args:
        load: loads it.
        clock: gives seconds.
    """

    def __init__(self, load: Callable[[], Recognizer], clock: Callable[[], float] = time.monotonic) -> None:
        self._load = load
        self._clock = clock
        self._loading = Lock()
        self._recognizer: Recognizer | None = None
        self._given: WeakSet[Transcriber] = WeakSet()
        self._forgotten_s: list[float] = []

    def __call__(self) -> Transcriber:
        """Give a call its transcriber, all of them over one model.

        Raises:
            ModelError: the model cannot be loaded, or keeps failing to answer.
        """
        with self._loading:
            if len([at_s for at_s in self._forgotten_s if self._clock() - at_s < HOUR_S]) > MOST_RELOADS:
                raise ModelError("Whisper keeps timing out. Run tone-monitor doctor, or choose a smaller model.")
            self._recognizer = self._recognizer or self._load()
            transcriber = Transcriber(self._recognizer)
            self._given.add(transcriber)
            return transcriber

    def forget(self, transcriber: Transcriber) -> None:
        """Release the model of this transcriber: the next request gets a new one."""
        if transcriber in self._given:  # otherwise another call has released it already
            self._given, self._recognizer = WeakSet(), None
            self._forgotten_s.append(self._clock())


def loader(model: str) -> SharedModel | None:
    """Find a model and return what makes a transcriber; None for tone without words.

    Args:
        model: a faster-whisper name, a folder, "default" for the built-in one, or "none".

    Raises:
        ModelError: there is no such model.
    """
    if model == NONE:
        return None
    share_among_threads()
    return _shared(resolve(model))


def unload() -> None:
    """Let go of the model: who needs one next loads it again."""
    _shared.cache_clear()


@lru_cache(maxsize=1)
def _shared(path: Path) -> SharedModel:
    """The model of a folder, loaded once for all recordings and sessions of this program that use it."""

    def load() -> Recognizer:
        from audio.words.whisper import Whisper  # half a second that belongs to the thread that loads

        return Whisper.load(path)

    return SharedModel(load)

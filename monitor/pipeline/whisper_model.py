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
"""In an hour; a model that stops answering more often than that is no use."""
HOUR_S = 3600.0


class SharedModel:
    """A Whisper model: loaded by whoever asks first, and anew after it stopped answering.

    Args:
        load: loads it.
        clock: tells seconds.
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
            ModelError: the model cannot be loaded, or has stopped answering again and again.
        """
        with self._loading:
            if len([at_s for at_s in self._forgotten_s if self._clock() - at_s < HOUR_S]) > MOST_RELOADS:
                raise ModelError(
                    "Whisper stopped answering again and again: run tone-monitor doctor, or take a smaller model."
                )
            self._recognizer = self._recognizer or self._load()
            transcriber = Transcriber(self._recognizer)
            self._given.add(transcriber)
            return transcriber

    def forget(self, transcriber: Transcriber) -> None:
        """Let go of the model that this transcriber asks: who needs one next gets a fresh one."""
        if transcriber in self._given:  # else another call has said so before
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
        from audio.words.whisper import Whisper  # noqa: PLC0415 - half a second that belongs to the thread that loads

        return Whisper.load(path)

    return SharedModel(load)

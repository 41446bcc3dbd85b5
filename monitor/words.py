"""Which Whisper model a call is to use, found before the call begins and loaded while it does."""

from collections.abc import Callable
from functools import cache
from threading import Lock

from audio.model import resolve
from audio.transcribe import Recognizer, Transcriber

NONE = "none"


def loader(model: str) -> Callable[[], Transcriber] | None:
    """Find a model and return what makes a transcriber; None for tone without words.

    The model is loaded once, by whoever asks first, and serves all the calls of a session.

    Args:
        model: a faster-whisper name, a folder, "default" for the built-in one, or "none".

    Raises:
        ModelError: there is no such model.
    """
    if model == NONE:
        return None
    path = resolve(model)

    loading = Lock()

    @cache
    def whisper() -> Recognizer:
        from audio.whisper import Whisper  # noqa: PLC0415 - half a second that belongs to the thread that loads

        return Whisper.load(path)

    def load() -> Transcriber:
        with loading:
            return Transcriber(whisper())

    return load

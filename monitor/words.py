"""Which Whisper model a call is to use, found before the call begins and loaded while it does."""

from collections.abc import Callable

from audio.model import resolve
from audio.transcribe import Transcriber

NONE = "none"


def loader(model: str) -> Callable[[], Transcriber] | None:
    """Find a model and return what loads it; None for tone without words.

    Args:
        model: a faster-whisper name, a folder, "default" for the built-in one, or "none".

    Raises:
        ModelError: there is no such model.
    """
    if model == NONE:
        return None
    path = resolve(model)

    def load() -> Transcriber:
        from audio.whisper import Whisper  # noqa: PLC0415 - half a second that belongs to the thread that loads

        return Transcriber(Whisper.load(path))

    return load

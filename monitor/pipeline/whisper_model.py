"""Which Whisper model a call is to use, found before the call begins and loaded while it does."""

from dataclasses import dataclass, replace
from typing import Self

from audio.words.model import resolve
from audio.words.transcribe import Transcriber
from monitor.whisper.client import client
from monitor.whisper.messages import ModelSpec, Urgency
from monitor.whisper.recognizer import ProcessRecognizer

NONE = "none"


@dataclass(frozen=True, slots=True)
class SharedModel:
    """A Whisper model in the Whisper process of this machine, which loads it at the first request."""

    recognizer: ProcessRecognizer

    def __call__(self) -> Transcriber:
        """Give a call its transcriber, when the model is loaded.

        Raises:
            ModelError: the model cannot be loaded, or keeps failing to answer.
        """
        self.recognizer.load()
        return Transcriber(self.recognizer)

    def at(self, urgency: Urgency) -> Self:
        """The same for calls of this urgency."""
        return replace(self, recognizer=replace(self.recognizer, urgency=urgency))

    @property
    def is_restarting(self) -> bool:
        """Whether its process ended, and the next one has not answered yet."""
        return self.recognizer.client.restarting


def loader(model: str, *, device: str = "cpu", compute_type: str = "int8") -> SharedModel | None:
    """Find a model and return what makes a transcriber; None for tone without words.

    Args:
        model: a faster-whisper name, a folder, "default" for the built-in one, or "none".
        device: what runs it: "cpu", "cuda", or "auto" for a GPU where there is one.
        compute_type: how CTranslate2 calculates there.

    Raises:
        ModelError: there is no such model.
    """
    if model == NONE:
        return None
    return SharedModel(ProcessRecognizer(client(), ModelSpec(str(resolve(model)), device, compute_type)))


def unload() -> None:
    """Let go of the Whisper process: who needs it next connects again."""
    if client.cache_info().currsize:
        client().leave()
        client.cache_clear()

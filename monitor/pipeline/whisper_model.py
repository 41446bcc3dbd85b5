"""Which Whisper model a call is to use, found before the call begins and loaded while it does."""

from dataclasses import dataclass, replace
from typing import Self

from audio.words.model import ModelError
from audio.words.transcribe import Transcriber
from monitor.whisper.choice import chosen
from monitor.whisper.client import client
from monitor.whisper.recognizer import ProcessRecognizer
from monitor.whisper.wire_format import Urgency

NONE = "none"


@dataclass(frozen=True, slots=True)
class SharedModel:
    """A Whisper model in the Whisper process of this machine, which loads it at the first request."""

    recognizer: ProcessRecognizer
    smaller: ProcessRecognizer | None = None
    """What takes over where the machine can't keep up, or the model can't be loaded."""
    name: str = ""
    """What the model is called in call.toml."""
    note: str = ""
    """A sentence, if this is not the model that was wanted."""
    because: str = ""
    """A sentence, if the better model is installed and was not chosen."""
    is_untried: bool = False
    """Whether it is not known yet if a better model keeps up."""

    def __call__(self) -> Transcriber:
        """Give a call its transcriber, when the model is loaded.

        Raises:
            ModelError: the model cannot be loaded, or keeps failing to answer.
        """
        try:
            self.recognizer.load()
        except ModelError as error:
            if self.smaller is None:
                raise
            self.smaller.load()
            return Transcriber(self.smaller, note=f"{error} Until then, the built-in model is used.")
        if self.is_untried:
            self.recognizer.try_base()
        return Transcriber(self.recognizer, self.smaller, self.note)

    def at(self, urgency: Urgency) -> Self:
        """The same for calls of this urgency."""
        smaller = replace(self.smaller, urgency=urgency) if self.smaller else None
        return replace(self, recognizer=replace(self.recognizer, urgency=urgency), smaller=smaller)

    @property
    def is_restarting(self) -> bool:
        """Whether its process ended, and the next one has not answered yet."""
        return self.recognizer.client.restarting


@dataclass(frozen=True, slots=True)
class UnusableModel:
    """Stands for a model that is not there, in a call that does without words."""

    error: ModelError
    name: str
    because: str = ""

    def __call__(self) -> Transcriber:
        """Raise why."""
        raise self.error

    def at(self, _urgency: Urgency) -> Self:
        """The same."""
        return self


def loader(model: str, *, device: str = "cpu", compute_type: str = "int8") -> SharedModel | None:
    """Find a model and return what makes a transcriber; None for tone without words.

    Args:
        model: a faster-whisper name, a folder, "default" for the built-in one, "base" for that of the extra, "auto"
            for the better of the two that keeps up, or "none".
        device: what runs it: "cpu", "cuda", or "auto" for a GPU where there is one.
        compute_type: how CTranslate2 calculates there.

    Raises:
        ModelError: there is no such model.
    """
    if model == NONE:
        return None
    choice = chosen(model, device, compute_type)
    recognizer = ProcessRecognizer(client(), choice.model)
    smaller = replace(recognizer, model=choice.smaller) if choice.smaller else None
    return SharedModel(recognizer, smaller, choice.name, choice.note, choice.because, choice.is_untried)


def unload() -> None:
    """Let go of the Whisper process: who needs it next connects again."""
    if client.cache_info().currsize:
        client().leave()
        client.cache_clear()

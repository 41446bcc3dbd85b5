"""Has a Whisper model loaded while the program that is going to need it still loads itself."""

from contextlib import suppress
from threading import Thread

from audio.words.model import DEFAULT, ModelError
from monitor.whisper import base_model
from monitor.whisper.choice import AUTO, chosen
from monitor.whisper.client import START_S, Client, client
from monitor.whisper.errors import WordsLateError
from monitor.whisper.wire_format import Request


def load_ahead(name: str, device: str, compute_type: str) -> None:
    """Start the Whisper process if there is none, have it load a model that comes with the program, and return at once.

    What is wrong with either is raised where a call asks for words.

    Args:
        name: see `chosen`; nothing is done for a model that may have to be found or joined first.
        device: as there.
        compute_type: as there.
    """
    if name in {AUTO, DEFAULT} and (base_model.is_joined() or not base_model.is_installed()):
        Thread(target=_load, args=(client(), name, device, compute_type), name="head start", daemon=True).start()


def _load(whisper: Client, name: str, device: str, compute_type: str) -> None:
    with suppress(ModelError, WordsLateError, RuntimeError, OSError):
        model = chosen(name, device, compute_type).model
        whisper.ask(Request(number=0, method="load", model=model, allowed_s=START_S))

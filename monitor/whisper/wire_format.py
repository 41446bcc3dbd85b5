"""What programs and the Whisper process say to each other, in MessagePack; sound goes along as raw samples."""

from collections.abc import Mapping
from enum import IntEnum
from typing import Any, Literal, TypeVar

import msgspec

from audio.values import Word
from monitor.whisper.self_test import Measured

LONGEST_BYTES = 4 * 2**20
"""The longest message: 30 s of sound are half as long."""

METHODS: Mapping[str, Any] = {
    "load": None,
    "final": tuple[Word, ...],
    "again": tuple[Word, ...],
    "partial": str,
    "languages": dict[str, float],
    "measure": Measured,
    "try base": None,
    "cpu": float,
    "memory": float,
}
"""What can be asked of a model, by its method of `audio.words.whisper.Whisper`, and what comes back.

"load" only loads the model; "measure" is `monitor.whisper.self_test.measure`; "try base" has the process do that with
base when nobody needs it; "cpu" is the CPU time in seconds that the process has taken, "memory" what it holds in MB.
"""


class Urgency(IntEnum):
    """What sorts first is transcribed first; calls of one urgency take turns."""

    LIVE = 0
    """Somebody waits for the words: a whole utterance of a call in progress."""
    PARTIAL = 1
    """The beginning of one."""
    RECORDING = 2
    """Words of a recording."""
    AGAIN = 3
    """Sound that is heard again because nobody else needs the machine."""


class ModelSpec(msgspec.Struct, frozen=True):
    """Which model, and what runs it."""

    folder: str
    """What `audio.words.model.resolve` returned."""
    device: str = "cpu"
    compute_type: str = "int8"


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """Something to be done with a sound."""

    number: int
    """Returned with the answer."""
    method: str
    """One of `METHODS`, or "ping" or "leave"."""
    model: ModelSpec = ModelSpec("")
    urgency: Urgency = Urgency.LIVE
    allowed_s: float = 0.0
    """How long it may take once it has begun; a process that needs longer ends."""
    options: dict[str, Any] = {}
    """Of the method."""
    sound: bytes = b""
    """Samples, float32."""


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a request."""

    number: int
    kind: Literal["result", "model", "failed", "late", "alive", "bye"]
    """The result; a model that can't be used; a failure; a timeout; the answer to a ping; or: ask a new process."""
    content: bytes = b""
    """The result in MessagePack."""
    why: str = ""
    """A sentence, or for a failure the name of the error; never anything that was said."""


Message = TypeVar("Message", Request, Answer)

encode = msgspec.msgpack.Encoder().encode


def decode(message: bytes, kind: type[Message]) -> Message:
    """Read a message.

    Raises:
        msgspec.DecodeError: it is none.
    """
    return msgspec.msgpack.decode(message, type=kind)

"""The messages of AudioHook v2 that a monitor reads and writes."""

import re
from collections.abc import Mapping
from typing import TypeVar

import msgspec

from monitor.serve.dialects.dialect import DialectError

T = TypeVar("T")

VERSION = "2"
NO_ONE = "00000000-0000-0000-0000-000000000000"
"""The conversation of a connection probe."""
_DURATION = re.compile(r"PT(\d{0,9}(?:\.\d{1,9})?)S\Z", re.ASCII)


class Medium(msgspec.Struct):
    """A way to send sound that is offered."""

    type: str
    format: str
    channels: list[str]
    rate: int


class Participant(msgspec.Struct):
    """The customer."""

    id: str
    ani: str = ""
    dnis: str = ""


class Opening(msgspec.Struct, rename="camel"):
    """The parameters of `open`."""

    organization_id: str
    conversation_id: str
    participant: Participant
    media: list[Medium]
    language: str = ""
    supported_languages: bool = False
    custom_config: dict[str, object] | None = None


class Span(msgspec.Struct):
    """The parameters of `discarded` and `resumed`."""

    start: str = "PT0S"
    discarded: str = "PT0S"


class Update(msgspec.Struct):
    """The parameters of `update`."""

    language: str = ""


class Closing(msgspec.Struct):
    """The parameters of `close`."""

    reason: str = ""


class Envelope(msgspec.Struct):
    """What every message of the client has."""

    version: str
    id: str
    type: str
    seq: int
    serverseq: int
    parameters: msgspec.Raw
    position: str = "PT0S"


def read(message: str) -> Envelope:
    """Read a message."""
    return _decoded(message, Envelope)


def parameters(envelope: Envelope, kind: type[T]) -> T:
    """Read the parameters of a message."""
    return _decoded(envelope.parameters, kind)


def duration_samples(text: str, rate_hz: int) -> int:
    """Read a duration such as PT12.34S, as samples.

    Raises:
        DialectError: it is no duration.
    """
    match = _DURATION.match(text)
    if not match or match[1] in {"", "."}:
        raise DialectError("An AudioHook message has a duration that is not written as PT12.34S.")
    return round(float(match[1]) * rate_hz)


def write(kind: str, session: str, seq: int, clientseq: int, content: Mapping[str, object]) -> str:
    """Write a message of the server."""
    message = {"version": VERSION, "type": kind, "id": session, "seq": seq, "clientseq": clientseq}
    return msgspec.json.encode({**message, "parameters": content}).decode()


def _decoded(text: str | msgspec.Raw, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(text, type=kind)
    except (msgspec.DecodeError, RecursionError) as error:
        raise DialectError("A message is not valid AudioHook JSON.") from error

"""Asterisk's chan_websocket: a connection a side, control messages as JSON or plain text, sound as binary messages.

Asterisk, `WebSocket.md` of its documentation.
"""

from collections.abc import Iterable, Mapping

import msgspec

from monitor.serve.dialects.codecs import Decode, a_law, linear, mu_law
from monitor.serve.dialects.dialect import DialectError, OneWay, Step
from monitor.serve.dialects.parameters import call_id, details, role
from monitor.serve.signals import KeysPressed, SideBegins, Sound

FORMATS: Mapping[str, tuple[int, Decode]] = {
    "ulaw": (8000, mu_law),
    "alaw": (8000, a_law),
    "slin": (8000, linear),
    "slin16": (16000, linear),
}


class _Control(msgspec.Struct):
    event: str = ""
    format: str = ""


class Asterisk(OneWay):
    """A side of a call.

    Args:
        query: of the address, as Asterisk's `v(…)` makes it: `call`, `role`, `agent` and whatever else is to be kept.
    """

    name = "asterisk"
    close_is_end = True

    def __init__(self, query: Mapping[str, str]) -> None:
        self._query = query
        self._decode: Decode | None = None

    def text(self, message: str, at_ns: int) -> Iterable[Step]:
        """Read a control message."""
        control = _control(message)
        match control.event:
            case "MEDIA_START" if self._decode is None:
                return [self._begin(control.format, at_ns)]
            case "MEDIA_START":
                raise DialectError("Asterisk sent MEDIA_START twice on one connection.")
            case "DTMF_END" if self._decode:
                return [KeysPressed(0, at_ns)]
            case _:
                return []

    def binary(self, message: bytes, at_ns: int) -> Iterable[Step]:
        """Read sound."""
        if self._decode is None:
            raise DialectError("Asterisk sent sound before MEDIA_START.")
        return [Sound(0, self._decode(message), at_ns)] if message else []

    def _begin(self, name: str, at_ns: int) -> SideBegins:
        if name not in FORMATS:
            known = ", ".join(FORMATS)
            raise DialectError(f"The codec {name[:40]!r} is not supported. Dial with c(…) and one of: {known}.")
        rate_hz, decode = FORMATS[name]
        begins = SideBegins(
            side=0,
            call=call_id(self._query.get("call", ""), "add call=… to v(…)"),
            role=role(self._query.get("role", "")),
            rate_hz=rate_hz,
            numbered=False,
            at_ns=at_ns,
            dialect=self.name,
            **details(self._query),
        )
        self._decode = decode
        return begins


def _control(message: str) -> _Control:
    if message.startswith("{"):
        try:
            return msgspec.json.decode(message, type=_Control)
        except (msgspec.DecodeError, RecursionError) as error:
            raise DialectError("Asterisk sent a control message that is not valid JSON.") from error
    event, *words = message.split()[:64] or [""]
    pairs = dict(word.partition(":")[::2] for word in words)
    return _Control(event, pairs.get("format", ""))

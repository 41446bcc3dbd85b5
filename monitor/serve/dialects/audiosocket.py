"""Asterisk's AudioSocket: packets of type, length and payload over plain TCP, a connection a side.

Asterisk, `AudioSocket.md` of its documentation; lengths are big-endian, samples little-endian.
"""

from collections.abc import Callable, Iterable, Iterator
from uuid import UUID

from monitor.serve.dialects.codecs import linear
from monitor.serve.dialects.dialect import DialectError, OneWay, Send, Step, UnknownCallError
from monitor.serve.signals import KeysPressed, SideBegins, SideEnds, Sound

HEADER_BYTES = 3
UUID_BYTES = 16
HANGUP, ID, SILENCE, KEY, ERROR = 0x00, 0x01, 0x02, 0x03, 0xFF
RATES_HZ = {0x10: 8000, 0x11: 12000, 0x12: 16000, 0x13: 24000, 0x14: 32000, 0x15: 44100, 0x16: 48000}


class AudioSocket(OneWay):
    """A side of a call.

    Args:
        expected: whether a call with this UUID was announced; nothing is read of any other.
        answer: whether each packet of sound is answered with one of silence, as Asterisk needs where the channel is
            made by ExternalMedia (asterisk#2089).
    """

    name = "audiosocket"
    close_is_end = True

    def __init__(self, expected: Callable[[str], bool], *, answer: bool = False) -> None:
        self.call = ""
        """The UUID, once it was sent and is known."""
        self._expected = expected
        self._answer = answer
        self._rest = b""
        self._kind = -1

    def text(self, message: str, at_ns: int) -> Iterable[Step]:  # noqa: ARG002 - as every dialect has it
        """Refuse: there is no text."""
        raise DialectError("AudioSocket has no text messages.")

    def binary(self, message: bytes, at_ns: int) -> Iterator[Step]:
        """Read a piece of the stream, however it is cut."""
        data = self._rest + message
        start = 0
        while len(data) - start >= HEADER_BYTES:
            end = start + HEADER_BYTES + int.from_bytes(data[start + 1 : start + 3], "big")
            if end > len(data):
                break
            kind, payload = data[start], data[start + HEADER_BYTES : end]
            start = end
            yield from self._packet(kind, payload, at_ns)
        self._rest = data[start:]

    def _packet(self, kind: int, payload: bytes, at_ns: int) -> Iterator[Step]:
        began = self._kind >= 0
        if kind == ID or not self.call:
            self._identify(kind, payload)
        elif kind in RATES_HZ:
            yield from self._sound(kind, payload, at_ns)
        elif kind == KEY:
            yield from [KeysPressed(0, at_ns)] if began else []
        elif kind in {HANGUP, ERROR}:
            end = SideEnds(0, at_ns, call_over=kind == HANGUP, why="hangup" if kind == HANGUP else "error")
            yield from [end] if began else []
        elif kind != SILENCE:
            raise DialectError(f"AudioSocket packets of type 0x{kind:02x} are not supported.")

    def _identify(self, kind: int, payload: bytes) -> None:
        if kind != ID or self.call or len(payload) != UUID_BYTES:
            raise DialectError(f"An AudioSocket connection begins with one UUID of {UUID_BYTES} bytes.")
        call = str(UUID(bytes=payload))
        if not self._expected(call):
            raise UnknownCallError(
                "AudioSocket names a UUID that was not announced. Announce it with POST /calls/UUID."
            )
        self.call = call

    def _sound(self, kind: int, payload: bytes, at_ns: int) -> Iterator[Step]:
        if self._kind < 0:
            self._kind = kind
            yield SideBegins(0, self.call, "", RATES_HZ[kind], numbered=False, at_ns=at_ns, dialect=self.name)
        if kind != self._kind:
            raise DialectError("The sample rate of an AudioSocket connection changed.")
        if payload:
            yield Sound(0, linear(payload), at_ns)
            if self._answer:
                yield Send(bytes((kind,)) + len(payload).to_bytes(2, "big") + bytes(len(payload)))

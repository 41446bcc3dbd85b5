"""A WebSocket on the server's side: bytes in, whole messages out."""

import logging
from collections.abc import Callable, Iterator, Sequence

from websockets.frames import Frame, Opcode
from websockets.http11 import Request
from websockets.protocol import State
from websockets.server import ServerProtocol
from websockets.typing import Subprotocol

from monitor.serve.dialects.dialect import NORMAL, Close, Send

LARGEST_MESSAGE_BYTES = 65536
LONGEST_REASON_BYTES = 120
NOT_TEXT = 1007
NO_CODE = 1005
"""What stands for a close without a code, as Genesys closes."""
SUBPROTOCOLS = ("media", "audio.jambonz.org")
"""Of Asterisk and jambonz, which want to see them accepted."""

_QUIET = logging.Logger("serve", logging.CRITICAL)  # noqa: LOG001 - the library logs heads, and they hold tokens


class WebSocket:
    """The protocol of one connection, without compression.

    Args:
        write: sends bytes; never waits.
        close: closes the connection once all bytes are sent.
    """

    def __init__(self, write: Callable[[bytes], None], close: Callable[[], None]) -> None:
        self._write, self._close = write, close
        self._protocol = ServerProtocol(
            subprotocols=[Subprotocol(name) for name in SUBPROTOCOLS],
            select_subprotocol=_subprotocol,
            max_size=LARGEST_MESSAGE_BYTES,
            logger=_QUIET,
        )
        self._kind = Opcode.TEXT
        self._parts: list[bytes] = []

    @property
    def open(self) -> bool:
        """Whether messages can be sent."""
        return self._protocol.state is State.OPEN

    @property
    def ended_well(self) -> bool:
        """Whether the client closed it as it should."""
        received = self._protocol.close_rcvd
        return received is not None and received.code in {NORMAL, NO_CODE}

    def accept(self, head: bytes) -> bool:
        """Answer the request to upgrade; False if it is none."""
        self._protocol.receive_data(head)
        for event in self._protocol.events_received():
            if isinstance(event, Request):
                self._protocol.send_response(self._protocol.accept(event))
        self._flush()
        return self.open

    def feed(self, data: bytes) -> Iterator[str | bytes]:
        """Give the messages that are whole now; what breaks the protocol closes the connection."""
        self._protocol.receive_data(data)
        for event in self._protocol.events_received():
            if isinstance(event, Frame) and (message := self._message(event)) is not None:
                yield message
        self._flush()

    def send(self, step: Send | Close) -> None:
        """Send a message, or begin to close."""
        if not self.open:
            return
        if isinstance(step, Close):
            self._protocol.send_close(step.code, step.why.encode()[:LONGEST_REASON_BYTES].decode(errors="ignore"))
        elif isinstance(step.message, str):
            self._protocol.send_text(step.message.encode())
        else:
            self._protocol.send_binary(step.message)
        self._flush()

    def ping(self) -> None:
        """Ask the client for a sign of life."""
        if self.open:
            self._protocol.send_ping(b"")
            self._flush()

    def _message(self, frame: Frame) -> str | bytes | None:
        if frame.opcode in {Opcode.TEXT, Opcode.BINARY}:
            self._kind = frame.opcode
        elif frame.opcode is not Opcode.CONT:
            return None
        if frame.fin and not self._parts:
            message = bytes(frame.data)
        else:
            self._parts.append(bytes(frame.data))
            if not frame.fin:
                return None
            message, self._parts = b"".join(self._parts), []
        if self._kind is Opcode.BINARY:
            return message
        try:
            return message.decode()
        except UnicodeDecodeError:
            self.send(Close(NOT_TEXT, "A text message is not UTF-8."))
            return None

    def _flush(self) -> None:
        for data in self._protocol.data_to_send():
            if data:
                self._write(data)
            else:
                self._close()


def _subprotocol(_: ServerProtocol, offered: Sequence[Subprotocol]) -> Subprotocol | None:
    return next((name for name in offered if name in SUBPROTOCOLS), None)

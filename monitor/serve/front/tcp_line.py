"""A connection over AudioSocket, which has no WebSocket around it."""

import asyncio
import socket
from collections.abc import Callable

from monitor.serve.dialects.audiosocket import AudioSocket
from monitor.serve.dialects.dialect import Close, Send
from monitor.serve.front.house import House, now_ns

IDENTIFY_WITHIN_S = 5.0
LARGEST_BACKLOG_BYTES = 1 << 18
KEEP_ALIVE = (("TCP_KEEPIDLE", 10), ("TCP_KEEPINTVL", 5), ("TCP_KEEPCNT", 4))
"""A muted side may send nothing for minutes, so the system finds out whether the other end is still there."""


class TcpLine(asyncio.Protocol):
    """One connection of AudioSocket.

    Args:
        house: what all connections share.
        authenticated: is called once, when its call is known or when it is gone.
        answer: whether sound is answered with silence.
    """

    def __init__(self, house: House, authenticated: Callable[[], None], *, answer: bool) -> None:
        self._house, self._authenticated = house, authenticated
        self._dialect = AudioSocket(house.desk.expects, answer=answer)
        self._line = house.platform_line(self._dialect, self._send)
        self._transport: asyncio.Transport
        self._known = False
        self._began_ns = now_ns()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the transport."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - what asyncio gives a stream
        self._transport = transport
        self._house.connections.add(self)
        connection = transport.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for name, value in KEEP_ALIVE:
            if hasattr(socket, name):
                connection.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)

    def connection_lost(self, error: Exception | None) -> None:
        """End the side: a hangup only closes the connection."""
        self._house.connections.discard(self)
        self._authenticated()
        self._line.closed(now_ns(), clean=error is None)

    def data_received(self, data: bytes) -> None:
        """Read what has come; the time is taken before anything else."""
        self._line.binary(data, now_ns())
        if self._dialect.call and not self._known:
            self._known = True
            self._authenticated()

    def tick(self, at_ns: int) -> None:
        """End a connection whose time is up."""
        if not self._known and (at_ns - self._began_ns) / 1e9 > IDENTIFY_WITHIN_S:
            self.cut("slow")

    def end(self, why: str) -> None:
        """End it because the server stops."""
        self._line.end(why)

    def cut(self, why: str = "") -> None:
        """Cut it off, and count why."""
        if why:
            self._house.metrics.refused(why)
        self._transport.abort()

    def _send(self, step: Send | Close) -> None:
        if self._transport.is_closing():
            return
        if isinstance(step, Close):
            self._transport.close()
        elif isinstance(step.message, bytes):
            self._transport.write(step.message)
            if self._transport.get_write_buffer_size() > LARGEST_BACKLOG_BYTES:
                self.cut("does not read")

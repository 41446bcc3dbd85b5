"""A connection to the port of WebSockets and pages: its head, and what it becomes after that."""

import asyncio
import time
from collections.abc import Callable
from http import HTTPStatus
from typing import Protocol

from monitor.serve.dialects.dialect import Close, Send
from monitor.serve.front import request as requests
from monitor.serve.front.admission import Denied, Desktop, Platform
from monitor.serve.front.house import House, now_ns
from monitor.serve.front.pages import LARGEST_BODY_BYTES, Page, page
from monitor.serve.front.platform_line import PlatformLine
from monitor.serve.front.websocket import WebSocket

AUTHENTICATE_WITHIN_S = 5.0
BEGIN_WITHIN_S = 10.0
CLOSE_WITHIN_S = 5.0
PING_AFTER_S = 10.0
SILENT_FOR_S = 30.0
DENIED_AFTER_S = 0.5
"""A denial takes as long, so that guessing does."""
LARGEST_BACKLOG_BYTES = 1 << 18
"""What may wait to be sent to somebody who does not read."""


class Line(Protocol):
    """What takes the messages of a WebSocket."""

    def text(self, message: str, at_ns: int) -> None:
        """Take a text message."""
        ...

    def binary(self, message: bytes, at_ns: int) -> None:
        """Take a binary message."""
        ...

    def closed(self, at_ns: int, *, clean: bool) -> None:
        """The connection is gone."""
        ...


class Connection(asyncio.Protocol):
    """One connection, from its first byte to its last.

    Args:
        house: what all connections share.
        authenticated: is called once, when it is known who it is or when it is gone.
    """

    def __init__(self, house: House, authenticated: Callable[[], None]) -> None:
        self._house, self._authenticated = house, authenticated
        self._transport: asyncio.Transport
        self._head = b""
        self._request: requests.Request | None = None
        self._websocket: WebSocket | None = None
        self._line: Line | None = None
        self._began_ns = self._heard_ns = now_ns()
        self._closing_ns = 0
        self._pinged = self._answered = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the transport."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - what asyncio gives a stream
        self._transport = transport
        self._house.connections.add(self)

    def connection_lost(self, error: Exception | None) -> None:
        """End what the connection was."""
        self._house.connections.discard(self)
        self._authenticated()
        if self._line and self._websocket:
            self._line.closed(now_ns(), clean=error is None and self._websocket.ended_well)

    def data_received(self, data: bytes) -> None:
        """Read what has come; the time is taken before anything else."""
        self._heard_ns, self._pinged = now_ns(), False
        if self._line:
            self._read(data)
        elif self._request is None:
            self._read_head(data)
        elif not self._answered:
            self._read_body(data)

    def tick(self, at_ns: int) -> None:
        """End a connection whose time is up, and ping one that is silent."""
        age_s, silent_s = (at_ns - self._began_ns) / 1e9, (at_ns - self._heard_ns) / 1e9
        websocket, line = self._websocket, self._line
        if websocket is None or line is None:
            if age_s > AUTHENTICATE_WITHIN_S:
                self.cut("slow")
        elif not websocket.open or (isinstance(line, PlatformLine) and line.deaf):
            self._closing_ns = self._closing_ns or at_ns
            if at_ns - self._closing_ns > CLOSE_WITHIN_S * 1e9:
                self.cut()
        elif silent_s > SILENT_FOR_S:
            self.cut("silent")
        elif isinstance(line, PlatformLine) and not line.began and age_s > BEGIN_WITHIN_S:
            self.cut("no beginning")
        elif silent_s > PING_AFTER_S and not self._pinged:
            self._pinged = True
            websocket.ping()

    def end(self, why: str) -> None:
        """End it because the server stops."""
        if isinstance(self._line, PlatformLine):
            self._line.end(why)
        self._send(Close(1001, why))

    def cut(self, why: str = "") -> None:
        """Cut it off, and count why."""
        if why:
            self._house.metrics.refused(why)
        self._transport.abort()

    def _write(self, data: bytes) -> None:
        self._transport.write(data)
        if self._transport.get_write_buffer_size() > LARGEST_BACKLOG_BYTES:
            self.cut("does not read")

    def _send(self, step: Send | Close) -> None:
        if self._websocket:
            self._websocket.send(step)

    def _read_head(self, data: bytes) -> None:
        self._head += data
        head, end, rest = self._head.partition(requests.HEAD_ENDS)
        if len(head) + len(end) > requests.LARGEST_HEAD_BYTES:
            self._answer(Page(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE))
        elif end:
            self._head = rest
            try:
                self._request = requests.read_head(head + end)
                self._route(self._request, head + end)
            except requests.BadRequestError:
                self._answer(Page(HTTPStatus.BAD_REQUEST))

    def _route(self, request: requests.Request, head: bytes) -> None:
        house = self._house
        if not request.upgrades:
            self._read_body(b"")
            return
        match house.admission.upgrade(request, time.time()):
            case Denied(status=status):
                house.metrics.refused("unauthorized")
                self._answer(Page(status), DENIED_AFTER_S)
            case Platform(call=call) if refusal := house.desk.room(call):
                house.metrics.refused(refusal.why)
                house.report(refusal.sentence)
                self._answer(Page(HTTPStatus.SERVICE_UNAVAILABLE))
            case Platform(dialect=dialect):
                self._upgrade(head, lambda: house.platform_line(dialect, self._send))
            case Desktop(agent=agent):
                self._upgrade(head, lambda: house.screen_line(agent, self._send))

    def _upgrade(self, head: bytes, line: Callable[[], Line]) -> None:
        self._websocket = WebSocket(self._write, self._transport.close)
        if self._websocket.accept(head):
            self._authenticated()
            self._line = line()
            self._read(self._head)

    def _read(self, data: bytes) -> None:
        line, websocket = self._line, self._websocket
        if not line or not websocket or not data:
            return
        for message in websocket.feed(data):
            if isinstance(message, str):
                line.text(message, self._heard_ns)
            else:
                line.binary(message, self._heard_ns)

    def _read_body(self, data: bytes) -> None:
        request = self._request
        if request is None:
            return
        self._head += data
        length = request.headers.get("content-length", "0")
        if "transfer-encoding" in request.headers or not length.isdecimal() or int(length[:9]) > LARGEST_BODY_BYTES:
            self._answer(Page(HTTPStatus.REQUEST_ENTITY_TOO_LARGE))
        elif len(self._head) >= int(length):
            house = self._house
            found = page(request, self._head[: int(length)], house.desk, house.admission, house.metrics)
            self._answer(found, DENIED_AFTER_S if found.status is HTTPStatus.UNAUTHORIZED else 0.0)

    def _answer(self, found: Page, after_s: float = 0.0) -> None:
        self._answered = True
        if after_s:
            asyncio.get_running_loop().call_later(after_s, self._answer, found)
        elif not self._transport.is_closing():
            self._write(found.head() + found.body)
            self._transport.close()

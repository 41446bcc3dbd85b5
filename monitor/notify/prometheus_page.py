"""One page over HTTP on this machine's own address, for Prometheus only.

A web page open in a browser on this machine can send requests here, too, through a name of its own that resolves to
127.0.0.1 (DNS rebinding). Such a request has that name in its Host header, and gets nothing.
"""

import socket
from collections.abc import Callable
from contextlib import suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import BoundedSemaphore, Thread, Timer
from typing import Any, Self

from prometheus_client import CONTENT_TYPE_LATEST

PATIENCE_S = 5.0
"""Time limit for a whole request and its answer."""
MOST_AT_ONCE = 8
"""Connections at the same time; one more is closed unanswered."""


class Server(ThreadingHTTPServer):
    """Serves the page while it is open as a context.

    Args:
        port: of 127.0.0.1; 0 takes a free one.
        page: gives its content.

    Raises:
        OSError: the port is taken.
    """

    daemon_threads = True

    def __init__(self, port: int, page: Callable[[], bytes]) -> None:
        super().__init__(("127.0.0.1", port), _Asked)
        self.page = page
        self.names = {f"{host}:{self.server_port}" for host in ("127.0.0.1", "localhost")}
        self._free = BoundedSemaphore(MOST_AT_ONCE)
        self._thread = Thread(target=self.serve_forever, kwargs={"poll_interval": 0.1}, name="metrics", daemon=True)

    def __enter__(self) -> Self:
        """Start to answer."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop answering."""
        self.shutdown()
        self.server_close()
        self._thread.join()

    def verify_request(self, *_: object) -> bool:
        """Take a connection if there is room for it."""
        return self._free.acquire(blocking=False)

    def process_request_thread(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - as socketserver has it
        """Answer a connection within the time limit, however slowly it sends its request."""
        limit = Timer(PATIENCE_S, _cut, [request])
        limit.daemon = True
        limit.start()
        try:
            super().process_request_thread(request, client_address)
        finally:
            limit.cancel()
            self._free.release()

    def handle_error(self, *_: object) -> None:
        """Print nothing about a connection that broke off."""


class _Asked(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        if self.headers.get_all("Host") not in [[name] for name in self.server.names]:
            self.send_error(HTTPStatus.MISDIRECTED_REQUEST)
        elif self.path.partition("?")[0] not in {"/", "/metrics"}:
            self.send_error(HTTPStatus.NOT_FOUND)
        else:
            page = self.server.page()
            self.send_response(HTTPStatus.OK)
            self.send_header("Content-Type", CONTENT_TYPE_LATEST)
            self.send_header("Content-Length", str(len(page)))
            self.send_header("X-Content-Type-Options", "nosniff")
            self.end_headers()
            self.wfile.write(page)

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


def _cut(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)

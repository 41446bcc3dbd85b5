"""Where connections come in: only so many may wait until it is known who they are."""

import asyncio
import socket
from collections.abc import Callable
from contextlib import suppress
from ssl import SSLContext, SSLError

from monitor.serve.front.errors import ServeError
from monitor.serve.front.front_metrics import FrontMetrics
from monitor.serve.front.options import Address

MOST_WAITING = 64
HANDSHAKE_WITHIN_S = 5.0
AGAIN_AFTER_S = 0.2
"""After a failure of accept, such as too many open files."""

MakeGuest = Callable[[Callable[[], None]], asyncio.Protocol]
"""Makes the protocol of a connection; it calls its argument once it is known who it is, or that it is gone."""


class Door:
    """Counts who waits, over all addresses.

    Args:
        metrics: of the front.
    """

    def __init__(self, metrics: FrontMetrics) -> None:
        self._metrics = metrics
        self._waiting = 0
        self._tasks: set[asyncio.Task[None]] = set()

    async def accept(self, listener: socket.socket, make: MakeGuest, tls: SSLContext | None) -> None:
        """Take connections, for ever."""
        loop = asyncio.get_running_loop()
        while True:
            try:
                connection, _ = await loop.sock_accept(listener)
            except OSError:
                await asyncio.sleep(AGAIN_AFTER_S)
                continue
            if self._waiting >= MOST_WAITING:
                self._metrics.refused("busy")
                connection.close()
                continue
            task = loop.create_task(self._welcome(connection, make, tls))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _welcome(self, connection: socket.socket, make: MakeGuest, tls: SSLContext | None) -> None:
        """Do the handshake of TLS, if there is one; the connection waits from here on."""
        leave = self._enter()
        handshake_s = HANDSHAKE_WITHIN_S if tls else None
        try:
            with suppress(OSError):
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            await asyncio.get_running_loop().connect_accepted_socket(
                lambda: make(leave), connection, ssl=tls, ssl_handshake_timeout=handshake_s
            )
        except (OSError, SSLError, TimeoutError):
            self._metrics.refused("handshake")
            connection.close()
            leave()

    def _enter(self) -> Callable[[], None]:
        self._waiting += 1
        self._metrics.waiting.set(self._waiting)
        place = {self._waiting}

        def leave() -> None:
            if place:  # it may be called again when the connection is gone
                place.clear()
                self._waiting -= 1
                self._metrics.waiting.set(self._waiting)

        return leave


def listen(address: Address) -> socket.socket:
    """Listen on an address.

    Raises:
        ServeError: it is taken, or not this machine's.
    """
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1" if address.host == "localhost" else address.host, address.port))
        listener.listen(256)
    except OSError as error:
        listener.close()
        raise ServeError(
            f"Can't listen on {address.host}:{address.port} ({error.strerror}). Choose another address."
        ) from error
    listener.settimeout(0)
    return listener

"""How a screen reaches a server: a WebSocket from her desk, or a socket of this machine."""

from __future__ import annotations

import socket
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import Protocol

import msgspec

from monitor.live.errors import SessionError

PATIENCE_S = 5.0
"""Time to connect."""
LARGEST = 1 << 20
"""Bytes of a message."""


class LinkError(OSError):
    """The connection is gone, or was not made; there is another try."""


class Link(Protocol):
    """A connection to a server."""

    def receive(self) -> bytes:
        """Wait for the next message; raises LinkError when the connection is gone."""

    def send(self, message: bytes) -> None:
        """Send a message; raises LinkError."""

    def close(self) -> None:
        """Close it, from any thread."""


class WebLink:
    """A WebSocket.

    Args:
        url: of the server.
        token: of the agent.

    Raises:
        LinkError: there is no connection.
        SessionError: the server does not know the token, or the address is wrong.
    """

    def __init__(self, url: str, token: str) -> None:
        from websockets import exceptions
        from websockets.sync.client import connect

        self._gone = exceptions.ConnectionClosed
        try:
            self._socket = connect(
                url.rstrip("/") + "/watch",
                additional_headers={"Authorization": f"Bearer {token}"},
                compression=None,
                open_timeout=PATIENCE_S,
                max_size=LARGEST,
            )
        except exceptions.InvalidURI as error:
            raise SessionError(f"{url} is no address of a server. Write it as wss://server.") from error
        except exceptions.InvalidStatus as error:
            if error.response.status_code in {401, 403}:
                raise SessionError("The server does not know this token. Ask for a new one.") from error
            raise LinkError(f"The server answered {error.response.status_code}") from error
        except (OSError, TimeoutError, exceptions.WebSocketException) as error:
            raise LinkError(str(error)) from error

    def receive(self) -> bytes:
        """Wait for the next message."""
        try:
            message = self._socket.recv()
        except (self._gone, OSError) as error:
            raise LinkError(str(error)) from error
        return message.encode() if isinstance(message, str) else message

    def send(self, message: bytes) -> None:
        """Send a message."""
        try:
            self._socket.send(message.decode())
        except (self._gone, OSError) as error:
            raise LinkError(str(error)) from error

    def close(self) -> None:
        """Close it."""
        with suppress(Exception):  # whatever it is, the connection is not needed any more
            self._socket.close()


class LocalLink:
    """A socket of this machine, which its owner alone can open.

    Args:
        path: of the socket.
        agent: whose screen it is.

    Raises:
        LinkError: there is no connection.
    """

    def __init__(self, path: Path, agent: str) -> None:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._sending = Lock()
        try:
            self._socket.settimeout(PATIENCE_S)
            self._socket.connect(str(path))
            self._socket.settimeout(None)
            self._file = self._socket.makefile("rb")
            self.send(msgspec.json.encode({"agent": agent}))
        except OSError as error:
            self._socket.close()
            raise LinkError(str(error)) from error

    def receive(self) -> bytes:
        """Wait for the next message."""
        try:
            line = self._file.readline(LARGEST)
        except (OSError, ValueError) as error:  # or it was closed meanwhile
            raise LinkError(str(error)) from error
        if not line.endswith(b"\n"):
            raise LinkError("The server has closed the connection")
        return line

    def send(self, message: bytes) -> None:
        """Send a message."""
        with self._sending:
            self._socket.sendall(message + b"\n")

    def close(self) -> None:
        """Close it."""
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)  # ends a wait for the next message, too
        self._file.close()
        self._socket.close()


Connect = Callable[[], Link]
"""Makes a connection; raises what `WebLink` does."""

"""The transport of the control channel: where a session's address is, how it is reached, one line each way."""

import os
import socket
import time
from pathlib import Path

import msgspec

LONGEST_BYTES = 16_384
"""The longest request or answer; no valid one is longer."""
PATIENCE_S = 2.0
"""Time for a whole request, so that no client blocks the channel."""


class Address(msgspec.Struct, forbid_unknown_fields=True):
    """How a session is reached: the content of control.json."""

    token: str
    path: str = ""
    port: int = 0


def listen(folder: Path, token: str) -> tuple[socket.socket, Address]:
    """Start listening: on a Unix domain socket in the folder or, where there are none, on a loopback port."""
    path = folder / "control.sock"
    path.unlink(missing_ok=True)
    listener = None
    if hasattr(socket, "AF_UNIX") and os.name != "nt":
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            listener.bind(str(path))
        except OSError:  # such as a path that is too long for a socket
            listener.close()
            listener = None
        else:
            path.chmod(0o600)
            address = Address(token, path=str(path))
    if listener is None:
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listener.bind(("127.0.0.1", 0))
        address = Address(token, port=listener.getsockname()[1])
    listener.listen(8)
    listener.settimeout(1.0)
    return listener, address


def address_in(folder: Path) -> Address:
    """The address of the session that uses a folder.

    Raises:
        OSError: there is none.
        ValueError: the file does not contain an address.
    """
    return msgspec.json.decode((folder / "control.json").read_bytes(), type=Address)


def connected(address: Address) -> socket.socket:
    """Connect to a session; OSError if none answers."""
    family = socket.AF_UNIX if address.path else socket.AF_INET
    connection = socket.socket(family, socket.SOCK_STREAM)
    connection.settimeout(PATIENCE_S)
    try:
        connection.connect(address.path or ("127.0.0.1", address.port))
    except OSError:
        connection.close()
        raise
    return connection


def is_answered(folder: Path) -> bool:
    """Whether a session that uses the folder answers."""
    try:
        with connected(address_in(folder)):
            return True
    except (OSError, ValueError, OverflowError, RecursionError):  # the file does not contain an address
        return False


def read_line(connection: socket.socket, within_s: float) -> bytes:
    """Read one line, which has to arrive completely in time.

    Raises:
        TimeoutError: it did not arrive in time.
        ValueError: it is too long.
    """
    until_s = time.monotonic() + within_s
    line = b""
    while not line.endswith(b"\n"):
        connection.settimeout(max(0.001, until_s - time.monotonic()))
        piece = connection.recv(4096)
        if not piece or time.monotonic() >= until_s:
            raise TimeoutError("The line has no end")
        line += piece
        if len(line) > LONGEST_BYTES:
            raise ValueError("It is too long")
    return line

"""The wire of the control channel: where the sessions' addresses stand, how each is reached, one line each way.

Every session has a file of its own, `control-4242.json` for session 4242, so that no two are ever in each other's way.
"""

import os
import socket
import time
from contextlib import suppress
from pathlib import Path

import msgspec

LONGEST_BYTES = 16_384
"""The longest request or answer; no valid one is longer."""
PATIENCE_S = 2.0
"""Time for a whole request, so that no client blocks the channel."""


class Address(msgspec.Struct, forbid_unknown_fields=True):
    """How a session is reached: the content of its file."""

    token: str
    path: str = ""
    port: int = 0
    session: str = ""
    """Its id, the number of its process."""
    started: str = ""
    """Calendar time, ISO 8601 in UTC, so that the order of these texts is that of the sessions."""


def files_of(folder: Path, session: str) -> tuple[Path, Path]:
    """Where the address and the socket of a session are."""
    return folder / f"control-{session}.json", folder / f"control-{session}.sock"


def listen(folder: Path, token: str, session: str, started: str) -> tuple[socket.socket, Address]:
    """Start listening in a folder: on a Unix domain socket or, where there are none, on a loopback port."""
    _, path = files_of(folder, session)
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
            address = Address(token, path=str(path), session=session, started=started)
    if listener is None:
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listener.bind(("127.0.0.1", 0))
        address = Address(token, port=listener.getsockname()[1], session=session, started=started)
    listener.listen(8)
    listener.settimeout(1.0)
    return listener, address


def sessions_in(folder: Path) -> list[Address]:
    """The sessions of a folder, the oldest first; also those that are too busy to answer just now."""
    found = []
    for path, address in _addresses(folder):
        if connection := _reached(path, address):
            connection.close()
        if connection or path.exists():
            found.append(address)
    return found


def reach(folder: Path, session: str = "") -> tuple[Address, socket.socket] | None:
    """Reach the session of that id, or the oldest one; None if there is none."""
    for path, address in _addresses(folder):
        if session in {"", address.session} and (connection := _reached(path, address)):
            return address, connection
    return None


def _addresses(folder: Path) -> list[tuple[Path, Address]]:
    found = []
    for path in folder.glob("control-*.json"):
        try:
            found.append((path, msgspec.json.decode(path.read_bytes(), type=Address)))
        except (ValueError, RecursionError):
            _remove(path)
        except OSError:  # it went a moment ago
            continue
    return sorted(found, key=lambda one: (one[1].started, one[1].session))


def _reached(path: Path, address: Address) -> socket.socket | None:
    """Reach a session; what one that died left behind is removed."""
    try:
        return _connected(address)
    except (ConnectionRefusedError, FileNotFoundError, ValueError, OverflowError):
        _remove(path)
    except OSError:  # such as one that is too busy to answer just now
        pass
    return None


def _remove(path: Path) -> None:
    for left_behind in (path, path.with_suffix(".sock")):
        with suppress(OSError):
            left_behind.unlink()


def _connected(address: Address) -> socket.socket:
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

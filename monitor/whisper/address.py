"""How the Whisper process is reached: it writes its address, and both sides prove that they can read it.

The proof matters where there are no Unix domain sockets: another person's program may have taken the port or the pipe
of a process that ended, and must not get the sound.
"""

import hmac
import os
import secrets
from contextlib import suppress
from multiprocessing.connection import Client, Connection, Listener

import msgspec

from monitor.base import atomic
from monitor.whisper.run_folder import Files

HELLO_S = 5.0
"""How long either side may take to prove itself."""
PROOF_BYTES = 32
WAITING = 64
"""Programs that may wait to be accepted."""


class Address(msgspec.Struct, frozen=True):
    """How a process is reached."""

    pid: int
    key: str
    path: str = ""
    """Of a Unix domain socket, or of a Windows pipe."""
    port: int = 0
    """On this machine, if there is no path."""

    @property
    def place(self) -> str | tuple[str, int]:
        """The same, as `multiprocessing.connection` has it."""
        return self.path or ("127.0.0.1", self.port)


def listen(files: Files) -> tuple[Listener, Address]:
    """Start listening, and write where; the caller holds the lock.

    Raises:
        OSError: it is not possible, or another process has the pipe.
    """
    key = secrets.token_hex(PROOF_BYTES)
    if os.name == "nt":
        path = rf"\\.\pipe\tone-monitor-{secrets.token_hex(8)}"
        listener = Listener(path, "AF_PIPE")
        address = Address(os.getpid(), key, path=path)
    else:
        files.socket.unlink(missing_ok=True)
        try:
            listener = Listener(str(files.socket), "AF_UNIX", backlog=WAITING)
            address = Address(os.getpid(), key, path=str(files.socket))
        except OSError:  # such as a path that is too long for a socket
            listener = Listener(("127.0.0.1", 0), "AF_INET", backlog=WAITING)
            address = Address(os.getpid(), key, port=listener.address[1])
    atomic.write(files.address, msgspec.json.encode(address))
    return listener, address


def written(files: Files) -> Address | None:
    """The address that a process has written, if any."""
    try:
        return msgspec.json.decode(files.address.read_bytes(), type=Address)
    except (OSError, msgspec.DecodeError):
        return None


def connect(address: Address) -> Connection | None:
    """Connect to a process; None if there is none.

    Raises:
        TimeoutError: it does not answer.
    """
    try:
        connection = Client(address.place)
    except (OSError, EOFError):
        return None
    try:
        asked = secrets.token_bytes(PROOF_BYTES)
        connection.send_bytes(asked)
        answer = _received(connection)
        if hmac.compare_digest(answer[PROOF_BYTES:], _proof(address, b"process", asked)):
            connection.send_bytes(_proof(address, b"program", answer[:PROOF_BYTES]))
            return connection
    except TimeoutError:
        connection.close()
        raise
    except (OSError, EOFError):
        pass
    with suppress(OSError):
        connection.close()
    return None


def accept(connection: Connection, address: Address) -> bool:
    """Whether this is a program that can read the address."""
    try:
        asked = secrets.token_bytes(PROOF_BYTES)
        connection.send_bytes(asked + _proof(address, b"process", _received(connection)))
        return hmac.compare_digest(_received(connection), _proof(address, b"program", asked))
    except (OSError, EOFError):
        return False


def _received(connection: Connection) -> bytes:
    if not connection.poll(HELLO_S):
        raise TimeoutError("No proof has come")
    return connection.recv_bytes(2 * PROOF_BYTES)


def _proof(address: Address, side: bytes, asked: bytes) -> bytes:
    return hmac.digest(address.key.encode(), side + asked, "sha256")

"""The lock on a call's log while a program writes the call; the system releases it however that program ends.

File times can't replace it: clocks get changed, and on a full disk nothing of a running call is written.
"""

import errno
import os
import time
from importlib import import_module
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

LOG = "events.jsonl"
"""The file of a call that is locked."""
WINDOWS_BYTE = 2**31 - 2
"""The byte that is locked on Windows, where locked bytes can't be read: it lies beyond the end of any log."""
PATIENCE_S = 1.0
"""How long to wait for a lock: a program that only checks it holds it for an instant."""

_PAUSE_S = 0.002


class HeldError(OSError):
    """Another program, or another part of this one, holds the lock."""


class Lock:
    """A lock on a call until it is closed; on a file system without locks it does nothing.

    Args:
        file: the log, opened for this purpose only: closing it releases the lock.
    """

    def __init__(self, file: BinaryIO | None) -> None:
        self._file = file

    def close(self) -> None:
        """Release it."""
        if self._file:
            self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def hold(folder: Path) -> Lock:
    """Lock a call, which must have a log.

    Raises:
        HeldError: another program holds it.
    """
    return hold_file(folder / LOG)


def hold_file(path: Path, patience_s: float = PATIENCE_S) -> Lock:
    """Lock a file that is never replaced.

    Args:
        path: of the file; if it cannot be opened, nothing is locked.
        patience_s: how long to wait for another program.

    Raises:
        HeldError: another program still holds it then.
    """
    try:
        file = os.fdopen(os.open(path, os.O_RDWR), "r+b", buffering=0)
    except OSError:
        return Lock(None)
    until_s = time.monotonic() + patience_s
    while True:
        try:
            _lock(file.fileno())
        except HeldError:
            if time.monotonic() > until_s:
                file.close()
                raise
            time.sleep(_PAUSE_S)
        except OSError:
            file.close()
            return Lock(None)
        else:
            return Lock(file)


def is_held(folder: Path) -> bool | None:
    """Whether a program is writing a call; None if unknown.

    It is unknown on a file system without locks, and at the very start of a call, before its log has a line.
    """
    try:
        handle = os.open(folder / LOG, os.O_RDONLY)
    except OSError:
        return None
    try:
        _lock(handle, shared=True)
    except HeldError:
        return True
    except OSError:
        return None
    else:
        return False if os.fstat(handle).st_size else None
    finally:
        os.close(handle)


def _lock(handle: int, *, shared: bool = False) -> None:
    """Lock an open file until it is closed.

    Args:
        handle: of the file.
        shared: with other shared locks; Windows has none.

    Raises:
        HeldError: it is locked.
        OSError: the file system has no locks.
    """
    try:
        import fcntl  # not on Windows
    except ImportError:
        _lock_on_windows(handle)
        return
    try:
        # Not lockf: that lock would be lost as soon as any part of the program closes the file.
        fcntl.flock(handle, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise HeldError from error


def _lock_on_windows(handle: int) -> None:
    try:
        msvcrt = import_module("msvcrt")  # its types are there on Windows alone
    except ImportError as error:
        raise OSError(errno.ENOTSUP, "There are no locks on this system") from error
    os.lseek(handle, WINDOWS_BYTE, os.SEEK_SET)
    try:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
    except PermissionError as error:
        raise HeldError from error

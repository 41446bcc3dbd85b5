"""The lock on a call's log while a program writes the call; the system releases it however that program ends.

Times of files cannot replace it: clocks are set, and nothing is written of a call that runs on a full disk.
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
"""The byte that is locked on Windows. There nobody can read what is locked, so it lies behind all that a log holds."""
PATIENCE_S = 1.0
"""How long a lock is waited for: whoever only looks whether it is held has it for an instant."""

_PAUSE_S = 0.002


class HeldError(OSError):
    """Another program, or another part of this one, holds the lock."""


class Lock:
    """A lock on a call, until it is closed; where the file system has no locks, it holds nothing.

    Args:
        file: the log, opened for this alone: closing it releases the lock.
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
    """Lock a call; a call without a log cannot be locked.

    Raises:
        HeldError: another program holds it.
    """
    try:
        file = os.fdopen(os.open(folder / LOG, os.O_RDWR), "r+b", buffering=0)
    except OSError:
        return Lock(None)
    until_s = time.monotonic() + PATIENCE_S
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
    """Whether a program writes a call; None where that cannot be known.

    That is so where the file system has no locks, and at the very start of a call, before its log has a line.
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
        shared: with others who lock it so; Windows has no such locks.

    Raises:
        HeldError: it is locked.
        OSError: there are no locks here.
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

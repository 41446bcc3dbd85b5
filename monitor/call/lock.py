"""Whether a program is writing a call: told by a lock, which the system lets go of however the program ends.

Times of files cannot tell it alone: clocks are set, and a call on a full disk is on although nothing is written.
"""

import os
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

FILE = "events.jsonl"
"""Whoever writes a call holds its log."""


def hold(log: BinaryIO) -> None:
    """Hold the log of a call until it is closed; where the system has no such locks, nothing is held."""
    with suppress(ImportError, OSError):
        import fcntl  # noqa: PLC0415 - not on Windows

        fcntl.flock(log.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)


def held(folder: Path) -> bool:
    """Whether the log of a call is held by this program or another one."""
    try:
        import fcntl  # noqa: PLC0415 - same

        handle = os.open(folder / FILE, os.O_RDONLY)
    except (ImportError, OSError):
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    finally:
        os.close(handle)
    return False

"""The file of a SQLite catalogue: made, recognised and replaced without opening it.

When a process closes any descriptor of a file, POSIX releases all locks that the process holds on it, those of SQLite's
own connections included. The next program that closes its connection then takes itself for the last one and deletes
the WAL that the others still use (https://www.sqlite.org/howtocorrupt.html, section 2.2). So nothing here, and nothing
anywhere else in the program, opens a database but SQLite.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from threading import Lock

from monitor.base import atomic
from monitor.catalogue.errors import CatalogueError

Identity = tuple[int, int]
"""Device and inode: the same path with another identity is another file."""

_one_thread = Lock()


def identity(path: Path) -> Identity | None:
    """Which file it is; None if there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def make(path: Path) -> None:
    """Make an empty file, readable by its owner alone, if there is none.

    Raises:
        CatalogueError: there is none and it cannot be made, or there is one and it cannot be written.
    """
    with _sentence(path):
        if not path.exists():
            with _alone(path):
                _make(path)
        elif path.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        elif not os.access(path, os.R_OK | os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))


def replace(path: Path, damaged: Identity | None) -> None:
    """Put an empty file in the place of a damaged one, unless another program has done so.

    Raises:
        CatalogueError: it cannot be replaced.
    """
    with _sentence(path), _alone(path):
        if identity(path) == damaged:
            path.unlink(missing_ok=True)
        _make(path)


def _make(path: Path) -> None:
    if path.exists():
        return
    for end in ("-wal", "-shm"):  # of a database that is gone: SQLite would take them for the new one's
        path.with_name(path.name + end).unlink(missing_ok=True)
    atomic.write(path, b"")  # written under another name: no descriptor of a database in use is ever closed here


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Keep other threads, and other programs where a folder can be locked, from making the file at the same time."""
    atomic.make_folder(path.parent)
    with _one_thread, ExitStack() as stack:
        with suppress(ImportError, OSError):
            import fcntl  # not on Windows, where a file in use cannot be replaced

            handle = os.open(path.parent, os.O_RDONLY)
            stack.callback(os.close, handle)
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


@contextmanager
def _sentence(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise CatalogueError(
            f"Can't write the catalogue {path}: {error.strerror or error}. Change its permissions, or choose another "
            "calls folder with --calls or TONE_MONITOR_CALLS."
        ) from error

"""Makes sealed files and opens them."""

import io
import os
from contextlib import suppress
from pathlib import Path
from typing import IO, BinaryIO, cast

from monitor.base.atomic import NO_LINK
from monitor.sealed.cipher import Key
from monitor.sealed.content import SealedFile
from monitor.sealed.layout import LARGEST


def create(path: Path, key: Key) -> BinaryIO:
    """Make a new sealed file, to be written and read without a buffer.

    Raises:
        OSError: it cannot be written, or it exists.
    """
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    return cast("BinaryIO", _opened(os.fdopen(handle, "w+b", buffering=0), key, path))


def open_to_read(path: Path, key: Key) -> BinaryIO:
    """Open a sealed file.

    Raises:
        OSError: it cannot be read.
        SealedError: it was damaged, or sealed with another key.
    """
    return cast("BinaryIO", io.BufferedReader(_opened(path.open("rb", buffering=0), key, path), LARGEST))


def open_to_append(path: Path, key: Key) -> BinaryIO:
    """Open a sealed file to read it and to write at its end, without a buffer; a missing one is made.

    Others who open it this way wait until it is closed.

    Raises:
        OSError: it cannot be written.
        SealedError: it was damaged, or sealed with another key.
    """
    file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | NO_LINK, 0o600), "r+b", buffering=0)
    with suppress(ImportError):
        import fcntl  # Windows has none: there, two programs should not write notes about a call at the same time

        fcntl.flock(file, fcntl.LOCK_EX)
    return cast("BinaryIO", _opened(file, key, path))


def seal(content: bytes, key: Key) -> bytes:
    """The bytes of a sealed file with this content."""
    disk = io.BytesIO()
    file = SealedFile(disk, key, "a new file")
    for first in range(0, len(content), LARGEST):
        file.write(content[first : first + LARGEST])
    return disk.getvalue()


def _opened(file: IO[bytes], key: Key, path: Path) -> SealedFile:
    try:
        return SealedFile(file, key, str(path))
    except BaseException:
        file.close()
        raise

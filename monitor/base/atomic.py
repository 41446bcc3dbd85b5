"""Files that are written whole or not at all, and folders, for their owner alone."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

NO_LINK = getattr(os, "O_NOFOLLOW", 0)
"""A file that is opened to be written must not be a link: somebody may have pointed it elsewhere."""


HALF = ".half"
"""Suffix of files that are being written."""
LEFT_AFTER_S = 60.0
"""No file takes longer to write than this."""


def write(path: Path, content: bytes) -> None:
    """Put a file in its place in one step, readable by its owner alone; the folder is made if it is missing.

    Two programs may do so at the same time: the file is then what one of them wrote.

    Raises:
        OSError: it could not be written; what was there before is unchanged.
    """
    with replacing(path) as file:
        file.write(content)


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """A file to write to, put in its place when it is complete; like `write`, for content that comes in pieces.

    Raises:
        OSError: it could not be written; what was there before is unchanged, as it is after any other error.
    """
    make_folder(path.parent)
    half = path.with_name(f"{path.name}.{os.urandom(4).hex()}{HALF}")
    handle = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL | NO_LINK, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        half.replace(path)
    except BaseException:
        half.unlink(missing_ok=True)
        raise


def make_folder(path: Path) -> None:
    """Make a folder and its missing parents, for their owner alone, whatever the umask is.

    Raises:
        OSError: it could not be made, or something else is in its place.
    """
    if not path.is_dir():
        make_folder(path.parent)
        path.mkdir(mode=0o700, exist_ok=True)


def leftovers(folder: Path) -> Iterator[Path]:
    """Half-written files in a folder, left by programs that were killed or lost power."""
    now_s = time.time()
    for half in folder.glob("*" + HALF):
        try:
            changed_s = half.lstat().st_mtime
        except FileNotFoundError:  # another program has just put it in its place
            continue
        if abs(now_s - changed_s) > LEFT_AFTER_S:
            yield half

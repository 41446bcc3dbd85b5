"""Files that are written whole or not at all, and folders, for their owner alone."""

import os
from pathlib import Path

NO_LINK = getattr(os, "O_NOFOLLOW", 0)
"""A file that is opened to be written is no link, which somebody may have laid to another place."""


def write(path: Path, content: bytes) -> None:
    """Put a file in its place in one step, readable by its owner alone; the folder is made if it is missing.

    Raises:
        OSError: the disk did not take it; what was there before is left as it was.
    """
    make_folder(path.parent)
    half = path.with_name(path.name + ".half")
    with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | NO_LINK, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    half.replace(path)


def make_folder(path: Path) -> None:
    """Make a folder, and all above it that are missing, for their owner alone; whatever the umask is.

    Raises:
        OSError: the disk did not take it, or there is something else in its place.
    """
    if not path.is_dir():
        make_folder(path.parent)
        path.mkdir(mode=0o700, exist_ok=True)

"""Writes a file whole or not at all, for its owner's eyes alone."""

import os
from pathlib import Path


def write(path: Path, content: bytes) -> None:
    """Put `content` in the place of whatever `path` held; after a power cut one of the two is there.

    Raises:
        OSError: it cannot be written; what was there is untouched.
    """
    half = path.with_name(path.name + ".half")
    with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    half.replace(path)

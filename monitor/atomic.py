"""Files that are written whole or not at all."""

import os
from pathlib import Path


def write(path: Path, content: bytes) -> None:
    """Put a file in its place in one step, readable by its owner alone; the folder is made if it is missing.

    Raises:
        OSError: the disk did not take it; what was there before is left as it was.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    half = path.with_name(path.name + ".half")
    with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    half.replace(path)

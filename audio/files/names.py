"""Names of files as text that can be written anywhere."""

import os
from pathlib import Path


def text_of(path: Path | str) -> str:
    """A path or a name as text; bytes that are no UTF-8, as in names of an old system, become "�"."""
    return os.fsencode(path).decode("utf-8", "replace")

"""A recording that another program writes into a pipe, read to its end and kept in memory, never on the disk."""

import io
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from audio.files.encoding import SoundError
from audio.files.storage import Storage

STANDARD_INPUT = Path("standard input")
"""Stands for the pipe where a file is named."""
MOST_BYTES = 1 << 30
"""Nine hours of two speakers at 16 kHz with 16 bits, or 37 hours of G.711."""
_AT_ONCE = 1 << 20


def with_standard_input(storage: Storage, pipe: BinaryIO, most_bytes: int = MOST_BYTES) -> Storage:
    """A storage that also has the recording in a pipe, as the file `STANDARD_INPUT`.

    The pipe is read to its end here and needs no seek, so that a recording is measured as its file would be: how long
    it is, and whether both channels are the same, is known before the first word.

    Args:
        storage: of all other files.
        pipe: open.
        most_bytes: limit of what is kept in memory.

    Raises:
        SoundError: it holds more.
    """
    pieces: list[bytes] = []
    count = 0
    while piece := pipe.read(_AT_ONCE):
        pieces.append(piece)
        count += len(piece)
        if count > most_bytes:
            raise SoundError(
                f"Standard input holds more than {most_bytes >> 20} MB. Save the recording as a file, and choose that."
            )
    content = b"".join(pieces)

    def read(path: Path) -> BinaryIO:
        return io.BytesIO(content) if path == STANDARD_INPUT else storage.read(path)

    def size(path: Path) -> int:
        return len(content) if path == STANDARD_INPUT else storage.size(path)

    return replace(storage, read=read, size=size)

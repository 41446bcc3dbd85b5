"""The header of a WAV file whose recorder was killed, or wrote into a pipe: its sizes are 0 or more than there is."""

import io
import struct
from dataclasses import dataclass
from typing import BinaryIO, cast

_CHUNK = struct.Struct("<4sI")
_RIFF_BYTES = 12
_LONGEST_HEADER = 1 << 20
"""Bytes within which the sound begins; the largest chunks before it are pictures and notes."""
_LEAST_UNKNOWN = 0x7FFF_0000
"""Sizes from here on are what programs write that do not know the length."""


@dataclass(frozen=True, slots=True)
class DataChunk:
    """Where a WAV file says how long its sound is."""

    size_at: int
    """Place of the four bytes."""
    size: int
    """What they say."""
    there: int
    """Bytes behind them."""

    @property
    def unfinished(self) -> bool:
        """Whether a recorder never came to write the size."""
        return self.size == 0 and self.there > 0

    @property
    def unknown(self) -> bool:
        """Whether the program that wrote the file did not know its length."""
        return self.size >= _LEAST_UNKNOWN and self.there < self.size


def data_chunk(file: BinaryIO) -> DataChunk | None:
    """Find the sound in a WAV file; None if it is no WAV file or holds none."""
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    head = file.read(_RIFF_BYTES)
    if len(head) < _RIFF_BYTES or head[:4] != b"RIFF" or head[8:] != b"WAVE":
        return None
    at = _RIFF_BYTES
    while at < min(size, _LONGEST_HEADER):
        file.seek(at)
        if len(found := file.read(_CHUNK.size)) < _CHUNK.size:
            return None
        name, length = _CHUNK.unpack(found)
        if name == b"data":
            return DataChunk(at + 4, length, size - at - _CHUNK.size)
        at += _CHUNK.size + length + length % 2
    return None


class Mended(io.RawIOBase):
    """A WAV file as if its recorder had come to write the sizes.

    Args:
        file: open, and closed by the caller.
        chunk: its sound.
    """

    def __init__(self, file: BinaryIO, chunk: DataChunk) -> None:
        self._file = file
        end = chunk.size_at + 4 + chunk.there
        self._changes = (
            (4, struct.pack("<I", (end - 8) & 0xFFFF_FFFF)),
            (chunk.size_at, struct.pack("<I", chunk.there)),
        )
        self._at = 0

    def readable(self) -> bool:
        """It can be read."""
        return True

    def seekable(self) -> bool:
        """It can be sought."""
        return True

    def tell(self) -> int:
        """Place in the file."""
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place in the file."""
        self._file.seek(self._at)
        self._at = self._file.seek(offset, whence)
        return self._at

    def readinto(self, buffer: object) -> int:
        """Read what the file holds, with the true sizes."""
        view = memoryview(cast("bytearray", buffer))
        self._file.seek(self._at)
        found = self._file.read(len(view))
        view[: len(found)] = found
        for at, right in self._changes:
            first, last = max(at, self._at), min(at + len(right), self._at + len(found))
            if first < last:
                view[first - self._at : last - self._at] = right[first - at : last - at]
        self._at += len(found)
        return len(found)

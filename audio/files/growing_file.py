"""A file that grows by whole pieces, on a disk that may be full and have room again."""

import errno
import os
from contextlib import suppress
from typing import BinaryIO


class GrowingFile:
    """Appends pieces to an open file, each wholly or not at all.

    What the disk took of a piece before it failed is cut off again, so that whoever reads the file finds it whole, and
    the same piece can be tried again.

    Args:
        file: empty, open for writing; closed by `close`.
    """

    def __init__(self, file: BinaryIO) -> None:
        self.size = 0
        """Bytes of the whole pieces."""
        self._file = file

    def grow(self, piece: bytes, head: bytes = b"") -> None:
        """Append a piece and bring it to the disk.

        Args:
            piece: may be empty.
            head: written over the first bytes afterwards, such as a header that counts the others.

        Raises:
            OSError: the disk did not take it, or the file is gone; it holds what it held before.
        """
        if os.fstat(self._file.fileno()).st_nlink == 0:
            raise OSError(errno.ENOENT, "The file was deleted")
        try:
            self._write(self.size, piece)
            self._write(0, head)
            os.fsync(self._file.fileno())
        except OSError:
            with suppress(OSError):
                self._file.truncate(self.size)
            raise
        self.size += len(piece)

    def close(self) -> None:
        """Let go of the file."""
        with suppress(OSError):  # of what was not written, `grow` has told
            self._file.close()

    def _write(self, at: int, content: bytes) -> None:
        self._file.seek(at)
        left = memoryview(content)
        while left:
            left = left[self._file.write(left) :]
        self._file.flush()

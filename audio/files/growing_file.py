"""A file that grows by whole pieces, on a disk that may be full for a while."""

import errno
import os
from contextlib import suppress
from typing import BinaryIO


class GrowingFile:
    """Appends pieces to an open file, each completely or not at all.

    If a write fails, the partial piece is cut off, so that readers find the file whole and the same piece can be
    retried.

    Args:
        file: empty, open for writing; closed by `close`.
    """

    def __init__(self, file: BinaryIO) -> None:
        self.size = 0
        """Bytes of the whole pieces."""
        self._file = file

    def grow(self, piece: bytes, head: bytes = b"") -> None:
        """Append a piece and flush it to the disk.

        Args:
            piece: may be empty.
            head: written over the first bytes afterwards, such as a header that counts the others.

        Raises:
            OSError: the write failed, or the file is gone; its content is unchanged.
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
        """Close the file."""
        with suppress(OSError):  # `grow` has reported what was not written
            self._file.close()

    def _write(self, at: int, content: bytes) -> None:
        self._file.seek(at)
        left = memoryview(content)
        while left:
            left = left[self._file.write(left) :]
        self._file.flush()

"""A disk with so much room, for the files of calls alone."""

import errno
import io
import os
from pathlib import Path

import pytest

from audio.files import storage
from audio.files.storage import Storage


class Disk:
    """Takes so many bytes more, a part of the piece that is one too many, too; files are as on any disk."""

    def __init__(self, room: float = float("inf")) -> None:
        self.room = room
        """Bytes; may be set at any time, as by somebody who deletes things."""
        self.error = errno.ENOSPC
        """What is wrong where there is no room."""

    @property
    def storage(self) -> Storage:
        """How files are opened on it."""
        return Storage(lambda path: _File(path, self), storage.PLAIN.read)

    def holds_calls(self, patch: pytest.MonkeyPatch) -> None:
        """Have the calls of this program be kept on it."""
        patch.setattr(storage, "PLAIN", self.storage)


class _File(io.FileIO):
    def __init__(self, path: Path, disk: Disk) -> None:
        super().__init__(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "r+")
        self._disk = disk

    def write(self, content: bytes | memoryview) -> int:  # type: ignore[override]
        begins, ends = self.tell(), os.fstat(self.fileno()).st_size
        new = max(0, begins + len(content) - ends)
        fits = len(content) - new + int(min(new, self._disk.room))
        if content and not fits:
            raise OSError(self._disk.error, os.strerror(self._disk.error))
        written = super().write(bytes(content[:fits]))
        self._disk.room -= max(0, begins + written - ends)
        return written

    def truncate(self, size: int | None = None) -> int:
        ends = os.fstat(self.fileno()).st_size
        size = super().truncate(size)
        self._disk.room += ends - size
        return size

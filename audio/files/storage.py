"""How the files of a recording are opened: as plain files, or in the way the caller provides."""

import errno
import io
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, cast

if TYPE_CHECKING:
    import soundfile


def _size(path: Path) -> int:
    return path.stat().st_size


@dataclass(frozen=True, slots=True)
class Storage:
    """The functions that open a file. What they return has a `fileno` for fsync."""

    create: Callable[[Path], BinaryIO]
    """Makes a new file, to be written and read without a buffer; raises FileExistsError if it exists."""
    read: Callable[[Path], BinaryIO]
    size: Callable[[Path], int] = _size
    """How many bytes a file takes."""


def _create(path: Path) -> BinaryIO:
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    return cast("BinaryIO", os.fdopen(handle, "w+b", buffering=0))


def _read(path: Path) -> BinaryIO:
    return path.open("rb")


PLAIN = Storage(_create, _read)
PACKED_AT_ONCE = 1 << 16
"""Bytes of a sound file that are written together."""


class Caught:
    """A file for libsndfile: exceptions cannot pass through the library, so they are kept.

    Args:
        file: open; the caller closes it.
    """

    def __init__(self, file: BinaryIO) -> None:
        self.error: Exception | None = None
        """The first exception; the file ended there."""
        self._file = file

    def seek(self, offset: int, whence: int = 0) -> int:
        """Seek; a place before the beginning, as in a damaged header, is ignored."""
        return self._do(lambda: self._sought(offset, whence))

    def tell(self) -> int:
        """The current place."""
        return self._do(self._file.tell)

    def readinto(self, buffer: bytearray) -> int:
        """Read as much as fits."""
        return self._do(lambda: self._file.readinto(buffer))  # type: ignore[attr-defined]

    def read(self, count: int) -> bytes:
        """Read so many bytes."""
        buffer = bytearray(count)
        return bytes(buffer[: self.readinto(buffer)])

    def write(self, content: bytes) -> int:
        """Write all of it."""
        return self._do(lambda: self._file.write(content))

    def _sought(self, offset: int, whence: int) -> int:
        try:
            return self._file.seek(offset, whence)
        except ValueError:  # of a buffered file
            return self._file.tell()
        except OSError as error:
            if error.errno != errno.EINVAL:
                raise
            return self._file.tell()

    def _do(self, act: Callable[[], int]) -> int:
        if self.error:
            return 0
        try:
            return act()
        except Exception as error:  # noqa: BLE001 - raised when the library has returned
            self.error = error
            return 0


@contextmanager
def sound_file(file: BinaryIO, mode: str = "r", *form: Any, **more: Any) -> Iterator["soundfile.SoundFile"]:  # noqa: ANN401 - as soundfile has them
    """Open an open file as sound.

    Args:
        file: one that has no buffer if it is to be written.
        mode: "r" or "w".
        form: what `soundfile.SoundFile` takes besides.
        more: the same.

    Raises:
        Exception: what the file raised while it was read or written.
        SoundFileError: it is not sound.
    """
    import soundfile  # loads a library that a live call does without until its end

    with _buffered(file) if mode == "w" else nullcontext(file) as whole:
        caught = Caught(whole)
        try:
            with soundfile.SoundFile(caught, mode, *form, **more) as sound:
                yield sound
        except Exception as failed:
            if caught.error:
                raise caught.error from failed
            raise
        if caught.error:
            raise caught.error


@contextmanager
def _buffered(file: BinaryIO) -> Iterator[BinaryIO]:
    buffered = io.BufferedRandom(cast("io.RawIOBase", file), PACKED_AT_ONCE)
    try:
        yield cast("BinaryIO", buffered)
    finally:
        buffered.detach()

"""FFmpeg (through PyAV), restricted: it opens only the given file, as sound, in bounded memory.

Unrestricted, FFmpeg may take a text file for a playlist and open the files and addresses in it, and it believes an MP4
table that claims gigabytes of samples in a few bytes of sound.
"""

import ctypes
import errno
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO

DEMUXERS = "aac,aiff,amr,asf,au,caf,flac,g722,gsm,matroska,webm,mov,mp4,mp3,ogg,w64,wav"
"""Containers of sound; no playlists, pictures, devices or network."""
LARGEST_BYTES = 256 * 2**20
"""Limit of one allocation; the sample table of a twelve-hour MP4 file takes a quarter of it."""
PATIENCE_S = 20.0
"""For inspecting a file, and for each piece of it."""


def opened(path: Path, file: BinaryIO | None = None, form: str | None = None) -> Any:  # noqa: ANN401 - PyAV has a type of its own for each way to open
    """Open a file to decode it, as a container of PyAV; use it as a context.

    Args:
        path: the file.
        file: the same, open, if it is to be read through this.
        form: FFmpeg's name of its format; None to recognise it.

    Raises:
        av.error.FFmpegError: FFmpeg does not know the format, or may not open it.
        ValueError: a table in it leads to a place that no file has.
    """
    import av  # only those who read such files need it

    _bound_memory()
    allowed = {"protocol_whitelist": "file", "format_whitelist": DEMUXERS}
    source = _Sought(file) if file else f"file:{path.absolute()}"
    with places_checked():
        return av.open(source, format=form, options=allowed, timeout=PATIENCE_S)


class _Sought:
    """A file for PyAV, to which a seek that is refused is told by a number, as FFmpeg has it.

    An exception would be raised only later, and of a second one until then PyAV prints a traceback.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.read = file.read
        self.tell = file.tell

    def seek(self, offset: int, whence: int = 0) -> int:
        try:
            return self._file.seek(offset, whence)
        except OSError as error:
            if error.errno != errno.EINVAL:
                raise
            return -errno.EINVAL


@contextmanager
def places_checked() -> Iterator[None]:
    """Raise ValueError where the operating system refuses a place in a file as one that no file has."""
    try:
        yield
    except OSError as error:
        if error.errno != errno.EINVAL:
            raise
        raise ValueError("A table leads to a place that no file has.") from error


@cache
def _bound_memory() -> None:
    """Make FFmpeg refuse larger allocations; PyAV includes the library, but has no function for this."""
    import av

    home = Path(av.__file__).parent
    for library in [*home.parent.glob("av.libs/*avutil*"), *home.glob(".dylibs/*avutil*")]:
        with suppress(OSError, AttributeError):
            limit = ctypes.CDLL(str(library)).av_max_alloc
            limit.argtypes, limit.restype = [ctypes.c_size_t], None
            limit(LARGEST_BYTES)

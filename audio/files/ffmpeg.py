"""FFmpeg (through PyAV) on a short lead: it opens the one file it is given, as sound, in bounded memory.

Left to itself FFmpeg takes a text file for a playlist and opens what that names, other files and addresses, and
believes a table of an MP4 file that a few bytes of sound are gigabytes of samples.
"""

import ctypes
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

DEMUXERS = "aac,aiff,amr,asf,au,caf,flac,gsm,matroska,webm,mov,mp4,mp3,ogg,w64,wav"
"""Containers of sound; no playlist, no picture, no device, no network."""
LARGEST_BYTES = 256 * 2**20
"""Of one allocation; the sample table of an MP4 file of twelve hours takes a quarter of it."""
PATIENCE_S = 20.0
"""For looking into a file, and for each piece of it."""


def opened(path: Path) -> Any:  # noqa: ANN401 - PyAV has a type of its own for each way to open
    """Open a file to be decoded, a container of PyAV's; close it as a context.

    Raises:
        av.error.FFmpegError: it is nothing that FFmpeg knows, or may know.
    """
    import av  # noqa: PLC0415 - only those who read such files need it

    _bound_memory()
    allowed = {"protocol_whitelist": "file", "format_whitelist": DEMUXERS}
    return av.open(f"file:{path.absolute()}", options=allowed, timeout=PATIENCE_S)


@cache
def _bound_memory() -> None:
    """Have FFmpeg refuse to allocate more at once; PyAV brings the library along, and no call for this."""
    import av  # noqa: PLC0415

    home = Path(av.__file__).parent
    for library in [*home.parent.glob("av.libs/*avutil*"), *home.glob(".dylibs/*avutil*")]:
        with suppress(OSError, AttributeError):
            limit = ctypes.CDLL(str(library)).av_max_alloc
            limit.argtypes, limit.restype = [ctypes.c_size_t], None
            limit(LARGEST_BYTES)

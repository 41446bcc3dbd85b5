"""Sound that libsndfile reads: uncompressed formats, and FLAC."""

import io
import re
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

import numpy as np
from numpy.typing import NDArray

from audio.files.encoding import Encoding, Missing
from audio.files.headerless import SUBTYPES, RawFormat
from audio.files.storage import Storage, sound_file
from audio.files.wav_header import Mended, data_chunk

if TYPE_CHECKING:
    import soundfile

BEGINNINGS = (b"RIFF", b"RF64", b"riff", b"fLaC", b"FORM", b".snd", b"caff", b"NIST")
"""First bytes of files that libsndfile reads well; of Ogg it knows neither gaps nor joined files."""
UNFINISHED = "Its recorder was stopped before it wrote the length; all sound behind the header was used."

_LONGEST = 1 << 48
"""Frames; libsndfile gives more for a FLAC file of unknown length."""
_SIZES = re.compile(r"^\s*(\S[^:]*?)\s*: (\d+) \(should be (\d+)\)", re.MULTILINE)
_SOUND = frozenset({"data", "SSND", "BODY", "Data Size"})
_WHOLE = frozenset({"riff", "Riff size"})
"""Of W64 and RF64, whose data chunks it does not compare."""
_UNKNOWN = 0x7FFF_0000
_OTHER_CHUNKS = 4096
"""Bytes; a whole file that is shorter by less lacks no sound."""


def encoding(path: Path, storage: Storage) -> Encoding | None:
    """Inspect a file; None if libsndfile should not read it."""
    import soundfile  # only those who read files need it

    with storage.read(path) as file:
        if file.read(4) not in BEGINNINGS:
            return None
        chunk = data_chunk(file)
        with suppress(soundfile.LibsndfileError), _sound(file) as sound:
            if not 0 <= sound.frames < _LONGEST:
                return None
            notes = (UNFINISHED,) if chunk and chunk.unfinished else ()
            short = _cut_short(sound.extra_info)
            return Encoding(
                sound.samplerate, sound.channels, "libsndfile", cut_short=short, notes=notes, storage=storage
            )
    return None


def pieces(path: Path, how: Encoding, piece_s: float) -> Iterator[NDArray[np.float32] | Missing]:
    """Decode a file piece by piece; see `decode.pieces`."""
    import soundfile

    count, size = 0, round(how.rate_hz * piece_s)
    at_once = size * max(1, how.rate_hz // size)  # about a second: each read costs as much as decoding that
    with how.storage.read(path) as file, _raw(file, how.raw) if how.raw else _sound(file) as sound:
        try:
            while len(read := sound.read(at_once, dtype="float32", always_2d=True)):
                for at in range(0, len(read), size):
                    count += len(piece := read[at : at + size])
                    yield piece
        except (soundfile.LibsndfileError, ValueError):  # the latter for a header with a negative length
            yield Missing(count, count)
            return
    if how.cut_short:
        yield Missing(count, count)


@contextmanager
def _sound(file: BinaryIO) -> Iterator["soundfile.SoundFile"]:
    """Open a file as sound; a WAV file without its length is taken to its end."""
    chunk = data_chunk(file)
    file.seek(0)
    if chunk and (chunk.unfinished or chunk.unknown):
        file = cast("BinaryIO", io.BufferedReader(Mended(file, chunk)))
    with sound_file(file) as sound:
        yield sound


def _raw(file: BinaryIO, form: RawFormat) -> AbstractContextManager["soundfile.SoundFile"]:
    """Open a file without a header as sound."""
    subtype, endian = SUBTYPES[form.codec]
    return sound_file(file, "r", form.rate_hz, form.channels, subtype, endian, "RAW")


def _cut_short(log: str) -> bool:
    """Whether libsndfile's log says that a header promises more bytes than there are: "data : 64000 (should be 5000)".

    Its other remarks, such as on bytes a second or on the size of a block, say nothing about missing sound.
    """
    sizes = [(name, int(promised), int(there)) for name, promised, there in _SIZES.findall(log)]
    return any(
        there + (0 if name in _SOUND else _OTHER_CHUNKS) < promised < _UNKNOWN
        for name, promised, there in sizes
        if name in _SOUND | _WHOLE
    )

"""Any audio file as pieces of samples: libsndfile where it can, FFmpeg (through PyAV) for the rest."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from audio.files import ffmpeg_sound, sndfile
from audio.files.encoding import Encoding, Missing, SoundError
from audio.files.storage import PLAIN, Storage


def encoding(path: Path, storage: Storage = PLAIN, *, past_damage: bool = False) -> Encoding:
    """Inspect a file without decoding it.

    Args:
        path: the file.
        storage: how it is opened.
        past_damage: whether it is known to be damaged, so that it must be read by FFmpeg, which goes on behind that.

    Raises:
        SoundError: it is missing, empty, or not audio that either library knows.
    """
    if not path.exists():
        raise SoundError(f"There is no file {path}. Check the name.")
    if path.is_dir():
        raise SoundError(f"{path} is a folder. Choose a recording in it.")
    if not path.is_file():
        raise SoundError(f"{path} is a device or pipe, not a file. Choose a recording.")
    try:
        if path.stat().st_size == 0:
            raise SoundError(f"{path} is empty. Record or copy it again.")
        found = None if past_damage else sndfile.encoding(path, storage)
        found = found or ffmpeg_sound.encoding(path, storage)
    except PermissionError as error:
        raise SoundError(
            f"Can't read {path}: permission denied. Change its permissions or choose another file."
        ) from error
    if found is None:
        raise SoundError(f"Can't find any sound in {path}. Choose a WAV, FLAC, MP3, Ogg, Opus or M4A file.")
    return found


def pieces(path: Path, how: Encoding, piece_s: float = 1.0) -> Iterator[NDArray[np.float32] | Missing]:
    """Decode a file piece by piece, each of shape (n, channels), as far as it can be decoded.

    Silence stands where sound is missing, and a `Missing` comes before it; one of no length, at the end, says that the
    file breaks off.

    Args:
        path: the file.
        how: what `encoding` returned.
        piece_s: length of a piece in seconds.
    """
    read = sndfile.pieces if how.library == "libsndfile" else ffmpeg_sound.pieces
    return read(path, how, piece_s)

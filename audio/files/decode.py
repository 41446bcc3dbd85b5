"""Any audio file as pieces of samples: libsndfile where it can, FFmpeg (through PyAV) for the rest."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from audio.files import ffmpeg_sound, sndfile
from audio.files.encoding import Encoding, Missing, SoundError
from audio.files.headerless import RawFormat, raw_format
from audio.files.joined import joined_encoding, joined_pieces, part, starts
from audio.files.standard_input import STANDARD_INPUT
from audio.files.storage import PLAIN, Storage


def encoding(
    path: Path, storage: Storage = PLAIN, *, past_damage: bool = False, raw: RawFormat | None = None
) -> Encoding:
    """Inspect a file without decoding it.

    Args:
        path: the file.
        storage: how it is opened.
        past_damage: whether it is known to be damaged, so that it must be read by FFmpeg, which goes on behind that.
        raw: how it is read if it has no header; None if its suffix says so, or if it has one.

    Raises:
        SoundError: it is missing, empty, or not audio that either library knows.
    """
    if path != STANDARD_INPUT:
        _check_place(path)
    try:
        if storage.size(path) == 0:
            raise SoundError(f"{_named(path)} is empty. Record or copy it again.")
        if form := raw_format(path, storage, raw):
            library = "ffmpeg" if form.codec == "g722" else "libsndfile"
            notes = (f"It has no header: read as {form.codec} at {form.rate_hz} Hz.",)
            return Encoding(form.rate_hz, form.channels, library, notes=notes, storage=storage, raw=form)
        found = _inspected(path, storage, past_damage=past_damage)
    except PermissionError as error:
        raise SoundError(
            f"Can't read {path}: permission denied. Change its permissions or choose another file."
        ) from error
    if found is None:
        raise SoundError(_unknown(path, storage))
    return found


def _inspected(path: Path, storage: Storage, *, past_damage: bool) -> Encoding | None:
    """How a file with a header stores its sound, or the files that were joined in it."""
    begin = starts(path, storage)
    ends = [*begin[1:], storage.size(path)]
    stored = [part(storage, *place) for place in zip(begin, ends, strict=True)] if len(begin) > 1 else [storage]
    found = [
        how
        for one in stored
        if (how := (None if past_damage else sndfile.encoding(path, one)) or ffmpeg_sound.encoding(path, one))
    ]
    return joined_encoding(found, storage) if len(found) > 1 else found[0] if found else None


def _check_place(path: Path) -> None:
    if not path.exists():
        raise SoundError(f"There is no file {path}. Check the name.")
    if path.is_dir():
        raise SoundError(f"{path} is a folder. Choose a recording in it.")
    if not path.is_file():
        raise SoundError(f"{path} is a device or pipe, not a file. Choose a recording.")


def _unknown(path: Path, storage: Storage) -> str:
    with storage.read(path) as file:
        start = file.read(8)
    if start[4:] == b"ftyp":
        return (
            f"{_named(path)} is an M4A or MP4 file without its index: its recorder was stopped. Repair it in the "
            "program that recorded it."
        )
    return (
        f"Can't find any sound in {path}. Choose a WAV, FLAC, MP3, Ogg, Opus or M4A file, or convert it with ffmpeg. "
        "If it has no header, say how it is read, such as --raw ulaw:8000."
    )


def _named(path: Path) -> str:
    return "Standard input" if path == STANDARD_INPUT else str(path)


def pieces(path: Path, how: Encoding, piece_s: float = 1.0) -> Iterator[NDArray[np.float32] | Missing]:
    """Decode a file piece by piece, each of shape (n, channels), as far as it can be decoded.

    Silence stands where sound is missing, and a `Missing` comes before it; one of no length, at the end, says that the
    file breaks off.

    Args:
        path: the file.
        how: what `encoding` returned.
        piece_s: length of a piece in seconds.
    """
    if how.parts:
        return joined_pieces(how, lambda one: _pieces(path, one, piece_s))
    return _pieces(path, how, piece_s)


def _pieces(path: Path, how: Encoding, piece_s: float) -> Iterator[NDArray[np.float32] | Missing]:
    read = sndfile.pieces if how.library == "libsndfile" else ffmpeg_sound.pieces
    return read(path, how, piece_s)

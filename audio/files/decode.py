"""Any audio file as pieces of samples: libsndfile where it can, FFmpeg (through PyAV) for the rest."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from audio.errors import AudioError
from audio.files import ffmpeg
from audio.files.storage import PLAIN, Storage, sound_file

SNDFILE = (b"RIFF", b"RF64", b"riff", b"fLaC", b"OggS", b"FORM", b".snd", b"caff", b"NIST")
"""First bytes of files that libsndfile reads; not MP3, whose decoder there prints to our standard error."""


class SoundError(AudioError):
    """Sound that cannot be used; the message is a full sentence."""


@dataclass(frozen=True, slots=True)
class Encoding:
    """How a file stores its sound."""

    rate_hz: int
    channels: int
    library: str
    """"libsndfile" or "ffmpeg"."""
    cut_short: bool
    """Whether the file's header promises more sound than it holds."""
    storage: Storage = PLAIN
    """How libsndfile opens it; FFmpeg opens only plain files."""


def encoding(path: Path, storage: Storage = PLAIN) -> Encoding:
    """Inspect a file without decoding it.

    Args:
        path: the file.
        storage: how it is opened.

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
        return _sndfile_encoding(path, storage) or _ffmpeg_encoding(path)
    except PermissionError as error:
        raise SoundError(
            f"Can't read {path}: permission denied. Change its permissions or choose another file."
        ) from error


def pieces(path: Path, how: Encoding, piece_s: float = 1.0) -> Iterator[NDArray[np.float32]]:
    """Decode a file piece by piece, each of shape (n, channels), as far as it can be decoded.

    Args:
        path: the file.
        how: what `encoding` returned.
        piece_s: length of a piece in seconds, if the format allows a choice.

    Raises:
        EOFError: after the last piece, if the file is truncated there.
    """
    return _sndfile_pieces(path, how, piece_s) if how.library == "libsndfile" else _ffmpeg_pieces(path, how)


def _sndfile_encoding(path: Path, storage: Storage) -> Encoding | None:
    import soundfile  # only those who read files need it

    with storage.read(path) as file:
        if file.read(4) not in SNDFILE:
            return None
        file.seek(0)
        with suppress(soundfile.LibsndfileError), sound_file(file) as sound:
            # libsndfile's log of a header that counts more bytes than there are: "data : 64000 (should be 5000)".
            short = "(should be" in sound.extra_info
            return Encoding(sound.samplerate, sound.channels, "libsndfile", short, storage)
    return None


def _sndfile_pieces(path: Path, how: Encoding, piece_s: float) -> Iterator[NDArray[np.float32]]:
    import soundfile

    with how.storage.read(path) as file, sound_file(file) as sound:
        try:
            while len(piece := sound.read(round(how.rate_hz * piece_s), dtype="float32", always_2d=True)):
                yield piece
        except (soundfile.LibsndfileError, ValueError) as error:  # the latter for a header with a negative length
            raise EOFError from error
    if how.cut_short:
        raise EOFError


def _ffmpeg_encoding(path: Path) -> Encoding:
    import av

    with suppress(av.error.FFmpegError, AttributeError, IndexError, ValueError), ffmpeg.opened(path) as container:
        stream = container.streams.audio[0]
        if stream.rate and stream.channels:
            return Encoding(stream.rate, stream.channels, "ffmpeg", cut_short=False)
    raise SoundError(f"Can't find any sound in {path}. Choose a WAV, FLAC, MP3, Ogg, Opus or M4A file.")


def _ffmpeg_pieces(path: Path, how: Encoding) -> Iterator[NDArray[np.float32]]:
    import av

    with ffmpeg.opened(path) as container:
        stream = container.streams.audio[0]
        planar = av.AudioResampler(format="fltp")
        try:
            for frame in container.decode(stream):
                if frame.layout.nb_channels != how.channels:  # another stream follows the first, or the file is damaged
                    raise EOFError  # before it is converted: PyAV crashes on a frame that claims dozens of channels
                for even in planar.resample(frame):
                    yield even.to_ndarray().T.astype(np.float32, copy=False)
        except (av.error.FFmpegError, ValueError) as error:  # the latter when the rate changes on the way
            raise EOFError from error

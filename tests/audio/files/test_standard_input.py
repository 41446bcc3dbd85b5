"""A recording from a pipe, which can't be sought, is the recording of its file."""

import io
from pathlib import Path

import numpy as np
import pytest
import soundfile

from audio.files.encoding import SoundError
from audio.files.headerless import RawFormat
from audio.files.recording import open_recording
from audio.files.standard_input import STANDARD_INPUT, with_standard_input
from audio.files.storage import PLAIN

SOUND = np.random.default_rng(1).normal(0, 0.1, (48_000, 2)).astype(np.float32)


class Pipe(io.RawIOBase):
    """Gives a few bytes at a time, and no place to go back to."""

    def __init__(self, content: bytes) -> None:
        self._content = io.BytesIO(content)

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        return self._content.read(min(size, 5_000))

    def seek(self, *_: object) -> int:
        raise io.UnsupportedOperation


@pytest.mark.parametrize("form", ["WAV", "FLAC", "OGG", "RAW"])
def test_what_comes_through_a_pipe_is_heard_as_its_file_is(tmp_path: Path, form: str) -> None:
    path = tmp_path / "call.sound"
    soundfile.write(path, SOUND, 16_000, "PCM_16" if form == "RAW" else None, format=form)
    raw = RawFormat("s16", 16_000, 2) if form == "RAW" else None
    piped = open_recording(STANDARD_INPUT, storage=with_standard_input(PLAIN, Pipe(path.read_bytes())), raw=raw)
    stored = open_recording(path, raw=raw)
    assert (piped.duration_s, piped.speakers, piped.gaps) == (stored.duration_s, stored.speakers, stored.gaps)
    assert piped.sound_hash == stored.sound_hash
    for one, other in zip(piped.blocks(), stored.blocks(), strict=True):
        assert np.array_equal(one.samples, other.samples)


def test_a_wav_file_whose_writer_could_not_go_back_to_its_header_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "call.wav"
    soundfile.write(path, SOUND, 16_000)
    content = bytearray(path.read_bytes())
    content[4:8] = content[40:44] = b"\xff\xff\xff\xff"
    piped = open_recording(STANDARD_INPUT, storage=with_standard_input(PLAIN, Pipe(bytes(content))))
    assert (piped.duration_s, piped.broken) == (3.0, None)


def test_an_empty_pipe_and_one_that_never_ends_are_refused_with_a_sentence() -> None:
    with pytest.raises(SoundError, match="Standard input is empty"):
        open_recording(STANDARD_INPUT, storage=with_standard_input(PLAIN, Pipe(b"")))
    with pytest.raises(SoundError, match="holds more than 1 MB"):
        with_standard_input(PLAIN, Pipe(bytes(3 << 20)), most_bytes=1 << 20)


def test_other_files_are_opened_as_before(tmp_path: Path) -> None:
    path = tmp_path / "call.wav"
    soundfile.write(path, SOUND, 16_000)
    assert open_recording(path, storage=with_standard_input(PLAIN, Pipe(b""))).duration_s == 3.0

"""Telephone formats without a header: by suffix, by what is said of them, and never where there is a header."""

from pathlib import Path

import av
import numpy as np
import pytest
import soundfile

from audio.files.encoding import SoundError
from audio.files.headerless import SUFFIXES, RawFormat
from audio.files.recording import Recording, open_recording
from tests import sounds

TONE_HZ = 700


def tone(rate_hz: int, channels: int = 1) -> np.ndarray:
    one = 0.3 * np.sin(2 * np.pi * TONE_HZ * np.arange(2 * rate_hz) / rate_hz)
    return np.stack([one * 0.5**channel for channel in range(channels)], axis=1).astype(np.float32)


def write(path: Path, subtype: str, rate_hz: int, channels: int = 1, endian: str = "FILE") -> Path:
    soundfile.write(path, tone(rate_hz, channels), rate_hz, subtype, endian, "RAW")
    return path


def heard(recording: Recording, piece_s: float = 1.0) -> np.ndarray:
    return np.concatenate([block.samples for block in recording.blocks(piece_s) if block.speaker == "agent"])


def holds_the_tone(recording: Recording) -> bool:
    sound = heard(recording)
    spectrum = np.abs(np.fft.rfft(sound[8_000:24_000]))
    return abs(int(spectrum.argmax()) - TONE_HZ) <= 1 and bool(np.array_equal(sound, heard(recording, 0.032)))


@pytest.mark.parametrize(
    ("suffix", "subtype", "rate_hz"),
    [
        ("sln", "PCM_16", 8_000),
        ("sln16", "PCM_16", 16_000),
        ("sln48", "PCM_16", 48_000),
        ("ulaw", "ULAW", 8_000),
        ("UL", "ULAW", 8_000),
        ("alaw", "ALAW", 8_000),
        ("al", "ALAW", 8_000),
        ("gsm", "GSM610", 8_000),
        ("vox", "VOX_ADPCM", 8_000),
    ],
)
def test_the_suffix_says_how_a_file_without_a_header_is_read(
    tmp_path: Path, suffix: str, subtype: str, rate_hz: int
) -> None:
    recording = open_recording(write(tmp_path / f"call.{suffix}", subtype, rate_hz))
    assert recording.duration_s == pytest.approx(2.0, abs=0.02)
    assert holds_the_tone(recording)
    assert recording.notes[0] == f"It has no header: read as {SUFFIXES[f'.{suffix.lower()}'].codec} at {rate_hz} Hz."


def test_g722_is_read_by_its_suffix(tmp_path: Path) -> None:
    path = tmp_path / "call.g722"
    with av.open(str(path), "w", format="g722") as container:
        stream = container.add_stream("g722", rate=16_000, layout="mono")
        frame = av.AudioFrame.from_ndarray((tone(16_000).T * 32767).astype(np.int16), format="s16", layout="mono")
        frame.rate = 16_000
        container.mux([*stream.encode(frame), *stream.encode(None)])
    assert holds_the_tone(open_recording(path))


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("mulaw,8000,2", ("ULAW", 8_000, 2)),
        ("s16:16000:2", ("PCM_16", 16_000, 2, "LITTLE")),
        ("s16be:44100", ("PCM_16", 44_100, 1, "BIG")),
        ("alaw", ("ALAW", 8_000)),
    ],
)
def test_what_is_said_of_a_file_counts(tmp_path: Path, said: str, written: tuple[str, int]) -> None:
    path = write(tmp_path / "call.raw", *written)
    with pytest.raises(SoundError, match="such as --raw ulaw:8000"):
        open_recording(path)
    assert holds_the_tone(open_recording(path, "left", raw=RawFormat.of(said)))


def test_a_file_with_a_header_is_read_by_it_whatever_is_said(tmp_path: Path) -> None:
    path = tmp_path / "call.ulaw"
    soundfile.write(path, tone(16_000), 16_000, format="WAV")
    assert holds_the_tone(open_recording(path, raw=RawFormat.of("alaw:8000")))


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("opus:8000", "Choose ulaw, alaw"),
        ("ulaw:fast", "FORMAT:RATE:CHANNELS"),
        ("ulaw:0", "FORMAT:RATE:CHANNELS"),
        ("s16:8000:1:1", "FORMAT:RATE:CHANNELS"),
        ("g722:8000", "16000 Hz, not 8000"),
        ("gsm:8000:2", "1 channel, not 2"),
    ],
)
def test_what_no_telephone_writes_is_refused_with_a_sentence(said: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        RawFormat.of(said)


def test_more_channels_than_speakers_are_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "call.raw", "PCM_16", 8_000, 3)
    with pytest.raises(SoundError, match="has 3 channels"):
        open_recording(path, raw=RawFormat.of("s16:8000:3"))


def test_half_a_sample_at_the_end_is_dropped(tmp_path: Path) -> None:
    path = write(tmp_path / "call.sln", "PCM_16", 8_000)
    path.write_bytes(path.read_bytes()[:-1])
    assert open_recording(path).duration_s == pytest.approx(2.0, abs=0.001)


def test_an_unfinished_m4a_is_named_as_one(tmp_path: Path) -> None:
    path = tmp_path / "call.m4a"
    path.write_bytes(b"\x00\x00\x00\x18ftypM4A \x00\x00\x02\x00" + sounds.noise(1).tobytes())
    with pytest.raises(SoundError, match="without its index: its recorder was stopped"):
        open_recording(path)

"""Complete recordings joined byte by byte, and a sample rate that changes with the next one."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from audio.files.recording import Recording, open_recording

TONES_HZ = (500, 900, 1300)


def joined(path: Path, form: str, subtype: str, *rates_hz: int) -> Path:
    """A file of two seconds a part, each with a tone of its own on the left and silence on the right."""
    parts = []
    for hz, rate_hz in zip(TONES_HZ, rates_hz, strict=False):
        left = 0.3 * np.sin(2 * np.pi * hz * np.arange(2 * rate_hz) / rate_hz)
        soundfile.write(path, np.stack([left, left * 0], axis=1), rate_hz, format=form, subtype=subtype)
        parts.append(path.read_bytes())
    path.write_bytes(b"".join(parts))
    return path


def agent(recording: Recording, piece_s: float = 1.0) -> np.ndarray:
    return np.concatenate([block.samples for block in recording.blocks(piece_s) if block.speaker == "agent"])


@pytest.mark.parametrize("form", [("WAV", "PCM_16"), ("WAV", "ULAW"), ("FLAC", "PCM_16"), ("AIFF", "PCM_16")])
@pytest.mark.parametrize("rates_hz", [(16_000, 16_000), (8_000, 16_000), (16_000, 8_000, 48_000)])
def test_each_part_is_heard_at_its_place_whatever_its_rate(
    tmp_path: Path, form: tuple[str, str], rates_hz: tuple[int, ...]
) -> None:
    recording = open_recording(joined(tmp_path / "joined.sound", *form, *rates_hz))
    assert recording.duration_s == 2.0 * len(rates_hz)
    assert recording.gaps == ()
    assert recording.notes[0].startswith(f"{len(rates_hz)} recordings are joined in it.")
    assert ("sample rate changes" in recording.notes[0]) == (len(set(rates_hz)) > 1)
    sound = agent(recording)
    assert np.array_equal(sound, agent(recording, 0.032)), "the sound depends on how it is cut"
    for number, hz in enumerate(TONES_HZ[: len(rates_hz)]):
        middle = sound[round((2 * number + 0.5) * 16_000) :][:16_000]
        assert abs(int(np.abs(np.fft.rfft(middle)).argmax()) - hz) <= 1


def test_vorbis_whose_rate_changes_is_read_to_the_end(tmp_path: Path) -> None:
    recording = open_recording(joined(tmp_path / "joined.ogg", "OGG", "VORBIS", 8_000, 16_000))
    assert recording.duration_s == pytest.approx(4.0, abs=0.1)
    assert recording.broken is None
    assert np.abs(agent(recording)[40_000:60_000]).max() > 0.2


def test_a_part_that_is_cut_says_so_at_the_end_of_its_sound(tmp_path: Path) -> None:
    path = joined(tmp_path / "joined.wav", "WAV", "PCM_16", 8_000, 16_000)
    path.write_bytes(path.read_bytes()[:-16_000])
    recording = open_recording(path)
    assert [(gap.start_s, gap.end_s) for gap in recording.gaps] == [(3.75, 3.75)]
    assert recording.duration_s == 3.75


def test_a_part_in_the_middle_that_breaks_off_is_a_gap_where_it_does(tmp_path: Path) -> None:
    first = joined(tmp_path / "first.flac", "FLAC", "PCM_16", 16_000).read_bytes()
    second = joined(tmp_path / "second.flac", "FLAC", "PCM_16", 16_000).read_bytes()
    path = tmp_path / "both.flac"
    path.write_bytes(first[: len(first) * 3 // 4] + second)
    recording = open_recording(path)
    ((start_s, end_s),) = [(gap.start_s, gap.end_s) for gap in recording.gaps]
    assert 1.0 < start_s < 2.0
    assert end_s - start_s == pytest.approx(0.001)
    assert recording.duration_s == pytest.approx(end_s + 2.0, abs=0.001)
    assert len(agent(recording)) == round(recording.duration_s * 16_000)


def test_bytes_behind_a_recording_that_are_none_change_nothing(tmp_path: Path) -> None:
    path = joined(tmp_path / "tail.wav", "WAV", "PCM_16", 16_000)
    path.write_bytes(path.read_bytes() + b"RIFF\x04\x00\x00\x00AVI " + bytes(100))
    recording = open_recording(path)
    assert recording.duration_s == 2.0
    assert "joined" not in " ".join(recording.notes)

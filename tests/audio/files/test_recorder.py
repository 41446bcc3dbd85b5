import wave
from pathlib import Path

import numpy as np
import pytest
import soundfile

from audio.block import AudioBlock
from audio.files import recorder
from audio.files.recorder import Recorder, to_flac


def ramp(start: int, count: int) -> AudioBlock:
    return AudioBlock("agent", start, np.arange(start, start + count, dtype=np.float32) / 32767)


def test_the_header_is_true_whenever_the_sound_is_brought_to_the_disk(tmp_path: Path) -> None:
    with Recorder(tmp_path / "a.wav", ["agent"]) as kept:
        for start in range(0, 40_000, 500):
            kept.feed(ramp(start % 30_000, 500))
            if start == 31_500:
                kept.sync()
        with wave.open(str(tmp_path / "a.wav")) as half:
            assert (half.getnframes(), half.getframerate(), half.getnchannels()) == (32_000, 16_000, 1)
    with wave.open(str(tmp_path / "a.wav")) as whole:
        assert whole.getnframes() == 40_000


def test_the_speakers_are_aligned_and_the_shorter_one_ends_in_silence(tmp_path: Path) -> None:
    with Recorder(tmp_path / "a.wav", ["agent", "customer"]) as kept:
        kept.feed(AudioBlock("agent", 0, np.full(700, 0.5, np.float32)))
        kept.feed(AudioBlock("customer", 0, np.full(300, -0.5, np.float32)))
        kept.feed(AudioBlock("customer", 300, np.full(200, -0.5, np.float32)))
    sound, _ = soundfile.read(tmp_path / "a.wav")
    assert sound.shape == (700, 2)
    assert sound[:500] == pytest.approx(np.tile([0.5, -0.5], (500, 1)), abs=1e-4)
    assert sound[500:, 1].tolist() == [0.0] * 200


def test_what_is_too_loud_is_clipped_not_wrapped(tmp_path: Path) -> None:
    with Recorder(tmp_path / "a.wav", ["agent"]) as kept:
        kept.feed(AudioBlock("agent", 0, np.array([2.0, -2.0], np.float32)))
    sound, _ = soundfile.read(tmp_path / "a.wav", dtype="int16")
    assert sound.tolist() == [32767, -32767]


def test_sound_beyond_what_a_header_counts_goes_to_the_next_part(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorder, "LONGEST_BYTES", 2_000)
    with Recorder(tmp_path / "audio.wav", ["agent"]) as kept:
        for start in range(0, 2_500, 500):
            kept.feed(ramp(start, 500))
    assert [path.name for path in kept.paths] == ["audio.wav", "audio.2.wav", "audio.3.wav"]
    to_flac(kept.paths, tmp_path / "audio.flac")
    sound, _ = soundfile.read(tmp_path / "audio.flac", dtype="int16")
    assert sound.tolist() == list(range(2_500))
    assert [path.name for path in tmp_path.iterdir()] == ["audio.flac"]


def test_sound_that_is_missing_is_kept_as_silence_of_its_length(tmp_path: Path) -> None:
    with Recorder(tmp_path / "a.wav", ["agent", "customer"]) as kept:
        kept.feed(AudioBlock("agent", 0, np.full(1_000, 0.5, np.float32)))
        kept.feed(AudioBlock("customer", 0, np.full(200, 0.5, np.float32)))
        kept.feed(AudioBlock("customer", 700, np.full(300, 0.5, np.float32)))
    sound, _ = soundfile.read(tmp_path / "a.wav")
    assert sound.shape == (1_000, 2)
    assert not sound[200:700, 1].any()
    assert sound[700:, 1].all()


def test_the_file_can_be_made_complete_at_any_moment(tmp_path: Path) -> None:
    kept = Recorder(tmp_path / "a.wav", ["agent"])
    kept.feed(ramp(0, 500))
    kept.sync()
    sound, _ = soundfile.read(tmp_path / "a.wav", dtype="int16")
    assert sound.tolist() == list(range(500))
    kept.close()


def test_of_a_call_that_ended_before_its_sound_only_so_much_is_packed(tmp_path: Path) -> None:
    with Recorder(tmp_path / "audio.wav", ["agent", "customer"]) as kept:
        for speaker in ("agent", "customer"):
            kept.feed(AudioBlock(speaker, 0, np.linspace(0, 1, 800, dtype=np.float32)))
    whole = soundfile.read(tmp_path / "audio.wav")[0]
    to_flac(kept.paths, tmp_path / "audio.flac", most=500)
    assert np.array_equal(soundfile.read(tmp_path / "audio.flac")[0], whole[:500])


def test_without_any_sound_there_is_no_file_that_nobody_can_open(tmp_path: Path) -> None:
    with Recorder(tmp_path / "audio.wav", ["agent", "customer"]) as kept:
        pass
    to_flac(kept.paths, tmp_path / "audio.flac")
    assert list(tmp_path.iterdir()) == []

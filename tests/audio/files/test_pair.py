from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from audio.block import AudioBlock, Speaker
from audio.files.encoding import SoundError
from audio.files.pair import open_pair
from audio.files.recording import open_recording


def tone(path: Path, hz: float, seconds: float, rate_hz: int = 16_000) -> Path:
    time_s = np.arange(round(rate_hz * seconds)) / rate_hz
    soundfile.write(path, (0.5 * np.sin(2 * np.pi * hz * time_s)).astype(np.float32), rate_hz)
    return path


def heard(blocks: list[AudioBlock], speaker: Speaker) -> NDArray[np.float32]:
    own = [block for block in blocks if block.speaker == speaker]
    assert [block.start for block in own] == [0, *np.cumsum([len(block.samples) for block in own])[:-1]]
    return np.concatenate([block.samples for block in own])


def test_each_file_is_one_speaker_and_the_shorter_one_ends_in_silence(tmp_path: Path) -> None:
    pair = open_pair(tone(tmp_path / "a-out.wav", 500, 2.0), tone(tmp_path / "a-in.wav", 900, 5.0, 8_000))
    blocks = list(pair.blocks(0.7))
    agent, customer = heard(blocks, "agent"), heard(blocks, "customer")
    assert pair.speakers == ("agent", "customer")
    assert pair.duration_s == 5.0
    assert len(agent) == len(customer) == 80_000
    assert not agent[32_000:].any()
    assert np.abs(customer[-1_000:]).max() > 0.4
    assert [block.speaker for block in blocks[:4]] == ["agent", "customer", "agent", "customer"]
    assert "a-out.wav ends 3.0 s earlier; silence fills that time." in pair.notes


@pytest.mark.parametrize("late_s", [1.5, -1.5])
def test_a_file_that_starts_later_is_preceded_by_silence(tmp_path: Path, late_s: float) -> None:
    pair = open_pair(tone(tmp_path / "a.wav", 500, 3.0), tone(tmp_path / "b.wav", 900, 3.0), late_s)
    blocks = list(pair.blocks())
    later = heard(blocks, "customer" if late_s > 0 else "agent")
    assert pair.duration_s == 4.5
    assert not later[:24_000].any()
    assert later[24_000:24_100].any()
    assert any("starts 1.5 s later" in note for note in pair.notes)


def test_one_silent_side_is_a_call_and_two_are_none(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "silent.wav", np.zeros(16_000, np.float32), 16_000)
    pair = open_pair(tone(tmp_path / "a.wav", 500, 1.0), tmp_path / "silent.wav")
    assert "The customer's file is silent." in pair.notes
    with pytest.raises(SoundError, match="both silent"):
        open_pair(tmp_path / "silent.wav", tmp_path / "silent.wav")


def test_files_that_do_not_overlap_are_no_call(tmp_path: Path) -> None:
    with pytest.raises(SoundError, match=r"start 60\.0 s apart and do not overlap"):
        open_pair(tone(tmp_path / "a.wav", 500, 1.0), tone(tmp_path / "b.wav", 900, 1.0), 60.0)


def test_the_hash_of_a_pair_does_not_depend_on_who_is_the_agent(tmp_path: Path) -> None:
    one, two = tone(tmp_path / "a.wav", 500, 1.0), tone(tmp_path / "b.wav", 900, 1.0)
    assert open_pair(one, two).sound_hash == open_pair(two, one).sound_hash
    assert open_pair(one, two).sound_hash != open_pair(one, one).sound_hash


def test_a_lossless_copy_has_the_same_hash_and_another_sound_has_not(tmp_path: Path) -> None:
    first = tone(tmp_path / "a.wav", 500, 1.0)
    sound, rate_hz = soundfile.read(first, dtype="int16")
    soundfile.write(tmp_path / "a.flac", sound, rate_hz)
    with soundfile.SoundFile(tmp_path / "tagged.wav", "w", rate_hz, 1, "PCM_16") as tagged:
        tagged.title = "the same call"
        tagged.write(sound)
    hashes = {open_recording(tmp_path / name).sound_hash for name in ("a.wav", "a.flac", "tagged.wav")}
    assert len(hashes) == 1
    assert open_recording(first, "right").sound_hash in hashes
    assert open_recording(tone(tmp_path / "b.wav", 501, 1.0)).sound_hash not in hashes

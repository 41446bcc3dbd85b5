"""Files that are empty, have a single sample, or are shorter than they claim.

An empty one is refused in a sentence; one with a single sample is a call in which nobody speaks; one that breaks off is
analysed as far as it goes, and the report says so. Nothing is kept of a file that is refused.
"""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from audio.files.encoding import SoundError
from audio.files.recording import open_recording
from monitor.recordings.one import analyze


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("call.wav", b"", "is empty. Record or copy it again."),
        ("call.mp3", b"", "is empty. Record or copy it again."),
        ("call.wav", b"RIFF", ". Choose a WAV, FLAC, MP3, Ogg, Opus or M4A file."),
        ("call.flac", b"fLaC" + bytes(60), ". Choose a WAV"),
        ("call.wav", b"\0" * 5_000, ". Choose a WAV"),
    ],
)
def test_a_file_without_sound_is_refused_with_a_sentence(name: str, content: bytes, told: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(SoundError, match=told):
        analyze(tmp_path / name, model="none")


@pytest.mark.parametrize("form", ["WAV", "FLAC", "OGG", "AIFF", "AU", "CAF"])
def test_a_file_with_a_header_and_no_sample_is_refused_with_a_sentence(form: str, tmp_path: Path) -> None:
    path = tmp_path / f"call.{form.lower()}"
    soundfile.write(path, np.zeros((0, 2), np.float32), 16_000, format=form)
    with pytest.raises(SoundError, match="call"):
        analyze(path, model="none")


@pytest.mark.parametrize("rate_hz", [8_000, 16_000, 44_100])
@pytest.mark.parametrize("channels", [1, 2])
def test_a_single_sample_is_a_call_in_which_nobody_speaks(rate_hz: int, channels: int, tmp_path: Path) -> None:
    sound = np.full((1, channels), 0.5, np.float32)
    sound[0, -1] = 0.3
    soundfile.write(tmp_path / "call.wav", sound, rate_hz, subtype="FLOAT")
    heard = analyze(tmp_path / "call.wav", model="none")
    assert 0 < heard.call.duration_s <= 0.001
    assert heard.turns == heard.utterances == heard.prompts == heard.dead_air == ()
    for figures in heard.speakers.values():
        assert figures.talk_time_s == 0
        assert figures.level_dbfs is None
    heard.to_json()


def test_a_file_that_says_more_than_it_holds_is_used_as_far_as_it_goes(tmp_path: Path) -> None:
    path = tmp_path / "call.wav"
    soundfile.write(path, 0.1 * np.random.default_rng(1).standard_normal((32_000, 2)), 16_000)
    path.write_bytes(path.read_bytes()[:70_001])
    assert analyze(path, model="none").call.duration_s == pytest.approx(1.09, abs=0.01)
    broken = open_recording(path).broken
    assert broken == f"{path} is truncated after 1.1 s. That much was used; copy the file again for the rest."

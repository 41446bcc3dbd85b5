"""Real sound that must leave the screen quiet."""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

from monitor.recordings.one import analyze
from tests.audio_files import audio_file

pytestmark = pytest.mark.slow


TONE_ACTIONS = {"slow_down", "lower_volume"}


@pytest.mark.parametrize("name", ["macroform-cold_day.wav", "reno_project-system.wav"])
def test_hold_music_gives_no_words_and_no_prompts(name: str) -> None:
    heard = analyze(audio_file(f"call_center/hold_music/{name}"))
    assert heard.utterances == ()
    assert heard.prompts == ()
    assert heard.firings == ()


@pytest.mark.parametrize(
    "name",
    [
        "aws_lca_acme_bank_agent.wav",
        "hvb_02fd023b18d246d0_agent.wav",
        "hvb_05b6534dc3294138_agent.wav",
        "genesys_audiohook_stereo_ulaw.wav",
        "contoso_clip1_stereo.mp3",
    ],
)
def test_calm_agents_see_no_tone_prompt(name: str) -> None:
    heard = analyze(audio_file(f"call_center/{name}"), model="none")
    assert heard.speakers["agent"].talk_time_s > 5
    assert [prompt.action for prompt in heard.prompts if prompt.action in TONE_ACTIONS] == []


def readers() -> Iterator[tuple[str, list[Path]]]:
    files: dict[str, list[Path]] = defaultdict(list)
    for path in sorted(audio_file("read_speech/librispeech").glob("*.flac")):
        files[path.name.partition("-")[0]].append(path)
    yield from sorted(files.items())


def test_calm_reading_gives_no_tone_prompt(tmp_path: Path) -> None:
    """Every third reader reads the same passages four times over, a minute or more of calm speech each."""
    pause = np.zeros(8_000, np.float32)
    minutes = 0.0
    for reader, files in list(readers())[::3]:
        clips = [clip for path in files for clip in (soundfile.read(path, dtype="float32")[0], pause)]
        sound = np.concatenate(clips * 4)
        minutes += len(sound) / 16_000 / 60
        soundfile.write(tmp_path / f"{reader}.wav", sound, 16_000)
        heard = analyze(tmp_path / f"{reader}.wav", model="none")
        assert heard.speakers["agent"].talk_time_s > 20
        assert heard.prompts == (), reader
    assert minutes > 6

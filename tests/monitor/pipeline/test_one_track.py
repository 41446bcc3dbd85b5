"""Two people on one track are found out, and one person is never taken for two."""

from collections.abc import Iterator
from itertools import groupby, islice

import numpy as np
import pytest

from audio.block import AudioBlock, Samples
from audio.files.recording import open_recording
from monitor.pipeline.metrics import BY_NAME
from monitor.pipeline.one_track import is_mixed
from rules.load import load
from tests.audio_files import audio_file, manifest, recording

pytestmark = pytest.mark.slow

CONDITION = load((), metrics=BY_NAME).one_track


def blocks(sound: Samples) -> Iterator[AudioBlock]:
    for start in range(0, len(sound), 160_000):
        yield AudioBlock("agent", start, sound[start : start + 160_000])


@pytest.mark.parametrize("name", ["gcp_commercial_mono_8k.wav", "azure_katiesteve_mono.wav"])
def test_a_man_and_a_woman_on_one_track_are_two_people(name: str) -> None:
    sound = open_recording(audio_file(f"call_center/{name}"))
    assert sound.speakers == ("agent",)
    assert is_mixed(sound.sound(10.0), CONDITION)


def test_the_same_mix_on_both_channels_is_one_track_with_two_people() -> None:
    sound = open_recording(audio_file("call_center/tts_paradise_hotel.mp3"))
    assert sound.speakers == ("agent",)
    assert is_mixed(sound.sound(10.0), CONDITION)


@pytest.mark.parametrize(
    "name",
    [
        "hvb_02fd023b18d246d0_agent.wav",
        "hvb_115e1cec78f04d1a_caller.wav",
        "hold_music/macroform-cold_day.wav",
    ],
)
def test_one_side_of_a_call_and_music_are_not_two_people(name: str) -> None:
    assert not is_mixed(blocks(recording(f"call_center/{name}")), CONDITION)


def test_readers_are_one_person_each_however_they_read() -> None:
    read = sorted((row["speaker"], row["file"]) for row in manifest() if "librispeech" in row["file"])
    told_as_two = []
    for speaker, rows in islice(groupby(read, lambda row: row[0]), None, None, 2):
        sound = np.concatenate([recording(file) for _, file in rows])
        if is_mixed(blocks(sound), CONDITION):
            told_as_two.append(speaker)
    assert told_as_two == []


def test_without_a_condition_nothing_is_looked_for() -> None:
    assert not is_mixed(iter(()), None)
    assert not is_mixed(iter(()), CONDITION)

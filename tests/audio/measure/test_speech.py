import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from audio.block import Samples
from audio.measure.frames import FRAME, Frame
from audio.measure.speech import VoiceActivity, segments, speech_frames
from tests import sounds
from tests.audio_files import recording


def agent_speech(agent: Samples, customer: Samples) -> list[tuple[bool, bool]]:
    activity = VoiceActivity(("agent", "customer"))
    both = np.stack([agent, customer])
    spoken = []
    for start in range(0, len(agent) - FRAME + 1, FRAME):
        frames = list(activity.feed(Frame(start, both[:, start : start + FRAME])))
        assert [frame.speaker for frame in frames] == ["agent", "customer"]
        spoken.append((frames[0].speech, frames[1].speech))
    return spoken


def test_speech_is_found_and_its_pauses_too() -> None:
    speech = recording("read_speech/misc/jfk.wav")
    found = segments(np.concatenate([sounds.silence(2), speech, sounds.silence(2)]), 16_000)
    assert 2.0 <= found[0][0] <= 2.5
    assert 12.0 <= found[-1][1] <= 13.2
    assert len(found) >= 3
    assert all(end <= start for (_, end), (start, _) in pairwise(found))


@pytest.mark.parametrize("made", [sounds.silence(5), sounds.noise(5), sounds.tone(1_000, 5), sounds.dtmf("5", 5)])
def test_no_speech_is_found_where_there_is_none(made: Samples) -> None:
    assert segments(made, 16_000) == []


@pytest.mark.parametrize("name", ["macroform-cold_day.wav", "reno_project-system.wav"])
def test_hold_music_is_no_speech(name: str) -> None:
    frames = list(speech_frames(recording(f"call_center/hold_music/{name}")))
    assert np.mean([frame.speech for frame in frames]) < 0.01


def test_a_voice_that_leaks_into_the_other_channel_is_its_owners_alone() -> None:
    voice = recording("read_speech/misc/jfk.wav")
    spoken = agent_speech(0.15 * voice, voice)
    assert sum(agent for agent, _ in spoken) <= 0.02 * sum(customer for _, customer in spoken)


def test_two_who_speak_at_once_both_speak_even_if_one_is_quiet() -> None:
    voice, other = recording("read_speech/misc/jfk.wav"), np.roll(recording("read_speech/misc/jfk.wav"), 40_000)
    alone = sounds.silence(len(voice) / 16_000)
    agent = np.concatenate([0.05 * voice, alone, 0.05 * voice])
    customer = np.concatenate([alone, other, other])
    spoken = agent_speech(agent, customer)
    count = len(spoken) // 3
    before = sum(agent for agent, _ in spoken[:count])
    together = sum(agent for agent, _ in spoken[2 * count :])
    assert together >= 0.8 * before


def test_finding_the_model_imports_nothing_heavy() -> None:
    program = """
import sys
import numpy
from audio.speech import segments
assert segments(numpy.zeros(8000, numpy.float32), 16000) == []
assert not {"faster_whisper", "ctranslate2", "librosa", "soxr"} & set(sys.modules)
"""
    subprocess.run([sys.executable, "-c", program], check=True, cwd=Path(__file__).parents[3])


def test_a_hot_telephone_line_is_heard_as_surely_as_any() -> None:
    sound = recording("call_center/genesys_audiohook_stereo_ulaw.wav")
    loud = [frame.speech for frame in speech_frames(sound) if np.sqrt(np.mean(frame.samples**2)) > 0.05]
    assert np.mean(loud) > 0.9
    soft = [frame.speech for frame in speech_frames(sound * np.float32(0.03))]
    assert abs(np.mean(soft) - np.mean([frame.speech for frame in speech_frames(sound)])) < 0.03

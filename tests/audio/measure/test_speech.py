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


def _leads(sound: Samples) -> Samples:
    """The sound on a telephone line, after 15 s in which there is nothing but the line's own noise."""
    line = np.concatenate([sounds.silence(15), sounds.telephone(sounds.at_level(sound, -21))])
    return line + sounds.noise(len(line) / 16_000, -85)[: len(line)]


@pytest.mark.parametrize("name", ["1089-134691-0002", "2961-961-0012", "61-70968-0026"])
def test_the_first_word_after_a_long_silence_on_the_telephone_is_heard(name: str) -> None:
    sound = recording(f"read_speech/librispeech/{name}.flac")[: 2 * 16_000]
    starts = np.flatnonzero(np.abs(sound) > 0.1 * np.abs(sound).max())[0]
    heard = next(frame.start for frame in speech_frames(_leads(sound)) if frame.speech)
    assert heard - 15 * 16_000 - starts <= 0.1 * 16_000


@pytest.mark.slow
def test_a_beep_well_above_the_voice_is_no_voice() -> None:
    voice = sounds.at_level(recording("read_speech/misc/jfk.wav"), -36)
    beeps = [np.concatenate([sounds.tone(hz, 0.4, -14), sounds.silence(0.4)]) for hz in (440, 620, 1_000)]
    frames = list(speech_frames(np.concatenate([voice, sounds.silence(1), *beeps])))
    after = [frame.speech for frame in frames if frame.start > len(voice) + 16_000]
    assert not any(after)


@pytest.mark.parametrize(("name", "by"), [("1580-141083-0029", 1.7), ("2094-142345-0036", 1.9)])
def test_a_shout_is_heard_however_high_and_bright_it_is(name: str, by: float) -> None:
    voice = recording(f"read_speech/librispeech/{name}.flac")
    higher = np.interp(np.arange(0, len(voice) - 1, by), np.arange(len(voice)), voice)
    shout = sounds.at_level(np.diff(higher, prepend=0) + 0.3 * higher, -14).clip(-1, 1)
    call = np.concatenate([sounds.at_level(voice, -38), sounds.silence(1), shout])
    shouted = [frame for frame in speech_frames(call) if frame.start >= len(call) - len(shout)]
    energetic = [frame.speech for frame in shouted if np.sqrt(np.mean(frame.samples**2)) > 0.05]
    assert np.mean(energetic) >= 0.95


def test_calm_speech_right_after_a_shout_is_heard() -> None:
    voice = recording("read_speech/librispeech/61-70968-0026.flac")
    higher = np.interp(np.arange(0, len(voice) - 1, 1.5), np.arange(len(voice)), voice)
    calm, shout = sounds.at_level(voice, -40), sounds.at_level(higher, -8).clip(-1, 1)
    frames = list(speech_frames(np.concatenate([calm, shout, calm])))
    begins = (0, len(calm) + len(shout))
    before, after = (sum(f.speech for f in frames if 0 <= f.start - at < 2 * 16_000) for at in begins)
    assert after >= 0.9 * before

import numpy as np
import pytest

from audio.block import SAMPLE_RATE_HZ, Samples
from audio.measure.crosstalk import Likeness
from audio.measure.frames import FRAME, Frame
from audio.measure.speech import VoiceActivity, speech_frames
from tests import sounds
from tests.audio_files import recording

ONSET = 3
"""Frames in a row that would open a turn."""


def real(name: str, dbfs: float = -22.0) -> Samples:
    return sounds.at_level(recording(name), dbfs)


def leaking(voice: Samples, db: float, delay_ms: float, treble_hz: float) -> Samples:
    """What a headset makes of a voice in the other ear, in a quiet room."""
    delayed = np.concatenate([np.zeros(round(delay_ms * SAMPLE_RATE_HZ / 1000)), voice])[: len(voice)]
    hz = np.fft.rfftfreq(len(voice), 1 / SAMPLE_RATE_HZ)
    dull = np.fft.irfft(np.fft.rfft(delayed) / np.sqrt(1 + (hz / treble_hz) ** 8), len(voice))
    return (10 ** (db / 20) * dull).astype(np.float32) + sounds.at_level(
        np.random.default_rng(1).standard_normal(len(voice)), -65
    )


def spoken(agent: Samples, customer: Samples) -> np.ndarray:
    """Who speaks in each frame: shape (frames, 2)."""
    activity = VoiceActivity(("agent", "customer"))
    both = np.stack([agent, customer])
    starts = range(0, len(agent) - FRAME + 1, FRAME)
    return np.array([[f.speech for f in activity.feed(Frame(at, both[:, at : at + FRAME]))] for at in starts])


def turns(speech: np.ndarray) -> int:
    """How many times speech lasts long enough to open a turn."""
    rows = np.diff(np.flatnonzero(np.concatenate([[True], ~speech, [True]]))) - 1
    return int(np.sum(rows >= ONSET))


@pytest.mark.parametrize("db", [-6, -10, -16, -25])
@pytest.mark.parametrize(("delay_ms", "treble_hz"), [(0, 7_000), (30, 3_000), (150, 1_000)])
def test_a_leaking_voice_is_never_the_agents(db: float, delay_ms: float, treble_hz: float) -> None:
    customer = real("read_speech/misc/jfk.wav")
    heard = spoken(leaking(customer, db, delay_ms, treble_hz), customer)
    alone = [frame.speech for frame in speech_frames(customer)]
    assert heard[:, 0].mean() <= 0.02
    assert turns(heard[:, 0]) <= 1
    assert heard[:, 1].sum() >= 0.98 * sum(alone[: len(heard)])


@pytest.mark.parametrize("shout_db", [9, 12])
def test_who_shouts_over_another_is_heard_and_so_is_the_other(shout_db: float) -> None:
    agent = real("call_center/hvb_callers/clean_B04_01.wav", -22 + shout_db).clip(-1, 1)
    customer = real("read_speech/misc/jfk.wav")[: len(agent)]
    agent = agent[: len(customer)]
    heard = spoken(agent, customer)
    for side, voice in enumerate((agent, customer)):
        alone = np.array([frame.speech for frame in speech_frames(voice)])[: len(heard)]
        assert heard[alone, side].mean() >= 0.8


@pytest.mark.parametrize("leak_db", [-6, -16])
def test_who_speaks_through_a_leak_is_heard(leak_db: float) -> None:
    agent = real("call_center/hvb_callers/clean_B04_01.wav")
    customer = real("read_speech/misc/jfk.wav")[: len(agent)]
    agent = agent[: len(customer)]
    heard = spoken(agent + leaking(customer, leak_db, 40, 3_000), customer)
    alone = np.array([frame.speech for frame in speech_frames(agent)])[: len(heard)]
    assert heard[alone, 0].mean() >= 0.75


def test_a_recording_with_the_same_sound_on_both_sides_has_two_speakers() -> None:
    voice = real("read_speech/misc/jfk.wav")
    heard = spoken(voice, voice)
    assert np.array_equal(heard[:, 0], heard[:, 1])
    assert heard[:, 0].mean() > 0.5


def test_likeness_is_one_for_a_delayed_wave_and_small_for_another() -> None:
    first, second = sounds.noise(1.0, seed=1), sounds.noise(1.0, seed=2)
    likeness, other = Likeness(), Likeness()
    later = np.concatenate([np.zeros(1_600, np.float32), 0.1 * first])
    for at in range(0, len(first) - FRAME, FRAME):
        likeness.feed(np.stack([later[at : at + FRAME], first[at : at + FRAME]]))
        other.feed(np.stack([second[at : at + FRAME], first[at : at + FRAME]]))
    assert likeness.of(0) > 0.99
    assert likeness.of(1) < 0.35
    assert other.of(0) < 0.35


def test_silence_is_like_nothing() -> None:
    likeness = Likeness()
    likeness.feed(np.zeros((2, FRAME), np.float32))
    assert likeness.of(0) == 0.0

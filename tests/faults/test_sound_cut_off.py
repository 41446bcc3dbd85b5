"""Sound that is cut off at the top, up to full-scale square noise, and numbers too small to be sound.

Live, the screen says after three such seconds that the microphone is clipping and what to do; it is clear again after
half a minute without. `calibrate` keeps no profile of it. Level and balance of cut-off speech are measured, but never
learnt as the agent's usual. Everything stays finite and is kept.
"""

import math

import numpy as np
import pytest

from audio.block import SAMPLE_RATE_HZ, AudioBlock, Samples
from audio.measure.tone import ToneMeter
from audio.values import ToneSample, Usual
from monitor.live.sound_watch import SoundWatch
from monitor.pipeline.metrics import BY_NAME
from monitor.pipeline.pipeline import Pipeline
from monitor.setup.calibration import Calibration
from rules.load import load
from tests.faults.test_sound_offset import speech
from tests.sounds import speech_frames, vowel


def overdriven(sound: Samples, gain: float = 40.0) -> Samples:
    return (sound * gain).clip(-1, 1).astype(np.float32)


def blocks(sound: Samples) -> list[AudioBlock]:
    return [AudioBlock("agent", at, sound[at : at + 8_000]) for at in range(0, len(sound), 8_000)]


def toned(sound: Samples) -> list[object]:
    """What is measured of sound that is all speech."""
    meter = ToneMeter(("agent",))
    frames = speech_frames(sound)
    meter.look_ahead([(frame,) for frame in frames])
    return [event for frame in frames for event in meter.feed([frame])] + list(meter.flush())


def test_live_it_is_told_and_what_to_do() -> None:
    watch = SoundWatch()
    told = [health for block in blocks(overdriven(speech())) for health in watch.feed(block)]
    assert [(health.fine, health.note) for health in told] == [
        (False, "Your microphone is clipping. Lower its input level.")
    ]
    assert told[0].at_s < 20


def test_calibrate_keeps_no_profile_of_it() -> None:
    calibration = Calibration()
    for block in blocks(overdriven(speech()[: 45 * SAMPLE_RATE_HZ])):
        list(calibration.feed(block))
    result = calibration.result()
    assert "clipped" in {finding.problem for finding in result.findings}
    assert not result.good


@pytest.mark.slow
def test_its_level_is_measured_and_never_learnt() -> None:
    plain = vowel(120, 25.0, -26.0)
    told = toned(np.concatenate([overdriven(vowel(120, 32.0, -26.0)), plain]))
    assert max(event.clipped_pct or 0 for event in told if isinstance(event, ToneSample)) > 1
    [usual] = [event for event in told if isinstance(event, Usual)]
    assert usual.level_dbfs == pytest.approx(-26.0, abs=0.2)
    assert usual.pitch_hz == pytest.approx(120.0, rel=0.01)


@pytest.mark.parametrize(
    "sound",
    [
        np.sign(np.random.default_rng(1).standard_normal(10 * SAMPLE_RATE_HZ)).astype(np.float32),
        np.tile(np.repeat(np.array([1, -1], np.float32), 40), 10 * 200),
        np.full(10 * SAMPLE_RATE_HZ, 1e-40, np.float32),
        (1e-39 * np.random.default_rng(1).standard_normal(10 * SAMPLE_RATE_HZ)).astype(np.float32),
        np.full(10 * SAMPLE_RATE_HZ, np.finfo(np.float32).max, np.float32),
    ],
    ids=["square noise", "square wave", "denormal", "denormal noise", "as large as numbers are"],
)
def test_extreme_sound_gives_true_numbers_and_no_prompt(sound: Samples) -> None:
    pipeline = Pipeline(("agent",), load(metrics=BY_NAME), None)
    events = [event for block in blocks(sound) for event in pipeline.feed(block)] + list(pipeline.flush())
    for event in events:
        if isinstance(event, ToneSample):
            values = [event.level_dbfs, event.balance_db, event.noise_floor_dbfs, event.articulation_rate_sps]
            assert all(value is None or math.isfinite(value) for value in values)
            assert event.level_dbfs is None or -120 <= event.level_dbfs <= 0.1
    assert "PromptShown" not in {type(event).__name__ for event in events}

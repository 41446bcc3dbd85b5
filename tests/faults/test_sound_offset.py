"""A microphone whose zero is not zero, by up to half of full scale.

The agent sees nothing of it: the offset is taken out before anything is measured, so that level, noise floor, rate,
pitch, turns and words are those of the same microphone without. The recording keeps the sound as it came.
"""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from audio.block import AudioBlock, Samples
from audio.measure.dc_offset import Centring
from audio.measure.frames import FRAME
from audio.values import PitchSample, ToneSample, Usual
from monitor.pipeline.measure import MeasureStage
from tests.sounds import noise, silence, vowel

CALL = Path(__file__).parents[2] / "monitor/sample/call.flac"
"""The built-in call."""


def speech() -> Samples:
    """Its agent's first 60 s, in a room that is not quite silent."""
    sound, _ = soundfile.read(CALL, 60 * 16_000, dtype="float32", always_2d=True)
    return (sound[:, 0] + noise(len(sound) / 16_000, -65.0)).astype(np.float32)


def measured(sound: Samples) -> Iterator[ToneSample | PitchSample | Usual]:
    measuring = MeasureStage(("agent",), None)
    for event in [*measuring.feed(AudioBlock("agent", 0, sound)), *measuring.flush()]:
        if isinstance(event, ToneSample | PitchSample | Usual):
            yield event


@cache
def measured_once() -> tuple[ToneSample | PitchSample | Usual, ...]:
    return tuple(measured(speech()))


@pytest.mark.slow
@pytest.mark.parametrize("offset", [0.5, -0.02])
def test_nothing_that_is_measured_changes(offset: float) -> None:
    plain = list(measured_once())
    shifted = list(measured(speech() + np.float32(offset)))
    for kind in (ToneSample, PitchSample, Usual):
        assert sum(isinstance(event, kind) for event in plain) == pytest.approx(
            sum(isinstance(event, kind) for event in shifted), abs=2
        )
    tone, other = ([event for event in events if isinstance(event, ToneSample)] for events in (plain, shifted))
    assert np.mean([one.speaking == two.speaking for one, two in zip(tone, other, strict=True)]) > 0.98
    for name, tolerance in (("level_dbfs", 0.2), ("noise_floor_dbfs", 1.0), ("articulation_rate_sps", 0.2)):
        pairs = [
            (getattr(one, name), getattr(two, name))
            for one, two in zip(tone, other, strict=True)
            if None not in (getattr(one, name), getattr(two, name))
        ][30:]
        assert len(pairs) > 50
        assert np.median([abs(one - two) for one, two in pairs]) <= tolerance
    one, two = plain[-1], shifted[-1]
    assert isinstance(one, Usual)
    assert isinstance(two, Usual)
    assert two.level_dbfs == pytest.approx(one.level_dbfs, abs=0.2)
    assert two.pitch_hz == pytest.approx(one.pitch_hz, rel=0.01)
    assert two.balance_db == pytest.approx(one.balance_db, abs=0.5)


def test_a_microphone_around_zero_stays_as_it_is_to_the_bit() -> None:
    sound = np.concatenate([vowel(120, 2.0, -20.0), noise(2.0, -50.0), silence(0.992)])
    centring = Centring()
    for start in range(0, len(sound) - FRAME + 1, FRAME):
        frame = sound[start : start + FRAME]
        assert centring.feed(frame) is frame


@settings(max_examples=30)
@given(st.floats(-0.5, 0.5), st.integers(0, 2**32 - 1))
def test_within_two_seconds_what_is_left_is_less_than_anybody_hears(offset: float, seed: int) -> None:
    sound = noise(3.0, -30.0, seed) + np.float32(offset)
    centring = Centring()
    frames = [centring.feed(sound[start : start + FRAME]) for start in range(0, len(sound) - FRAME + 1, FRAME)]
    assert abs(np.mean(frames[62:])) < 0.0035
    assert np.abs(frames).max() <= 1.0


def test_lost_sound_between_two_stretches_of_it_stays_silent() -> None:
    centring = Centring()
    for _ in range(70):
        centring.feed(np.full(FRAME, 0.5, np.float32))
    assert not centring.feed(np.zeros(FRAME, np.float32)).any()


def test_samples_that_are_cut_off_stay_known_as_such() -> None:
    sound = (vowel(120, 2.0, -3.0) * 2 + 0.3).clip(-1, 1).astype(np.float32)
    centring = Centring()
    for start in range(0, len(sound) - FRAME + 1, FRAME):
        frame = sound[start : start + FRAME]
        assert np.count_nonzero(np.abs(centring.feed(frame)) >= 0.99) >= np.count_nonzero(np.abs(frame) >= 0.99)

"""How far apart the voices on a track are."""

import numpy as np
import pytest
from numpy.typing import NDArray

from audio.block import Samples
from audio.measure.voice_contrast import VoicedStretch, VoiceStretches, contrast
from tests import sounds

RANDOM = np.random.default_rng(7)


def stretch(pitch_st: float, timbre: NDArray[np.float64]) -> VoicedStretch:
    noise = RANDOM.normal(0.0, 0.3, 10)
    return VoicedStretch(0.8, pitch_st + float(noise[0]), timbre + noise)


def stretches(sound: Samples, *, ahead: bool) -> list[VoicedStretch]:
    voices, frames = VoiceStretches(), sounds.speech_frames(sound)
    if ahead:
        voices.look_ahead(frames)
    return [one for frame in frames for one in voices.feed(frame)] + list(voices.flush())


def test_two_voices_in_turns_are_far_apart_in_pitch_and_timbre() -> None:
    low, high = np.zeros(10), np.r_[np.zeros(5), np.ones(5)]
    found = contrast([stretch(80.0, low) if at % 3 else stretch(89.0, high) for at in range(30)])
    assert found is not None
    assert found.apart_st == pytest.approx(9.0, abs=0.5)
    assert found.separation > 10
    assert found.smaller_share == pytest.approx(1 / 3, abs=0.01)
    assert found.changes > 0.6
    assert found.timbre > 0.95


def test_one_voice_that_rises_keeps_its_timbre() -> None:
    found = contrast([stretch(80.0 + 6 * (at > 15), np.zeros(10)) for at in range(30)])
    assert found is not None
    assert found.apart_st > 5
    assert found.timbre < 0.8
    assert found.changes < 0.1, "it rises once, and nobody takes turns"


def test_of_a_few_stretches_nothing_is_said() -> None:
    assert contrast([stretch(80.0, np.zeros(10))] * 5) is None
    assert contrast([]) is None


def test_stretches_end_at_pauses_and_do_not_depend_on_how_far_was_looked_ahead() -> None:
    said = [sounds.vowel(hz, 0.8) for hz in (110.0, 220.0, 115.0)]
    sound = np.concatenate([part for one in said for part in (one, sounds.noise(0.5, -70.0))]).astype(np.float32)
    found, again = stretches(sound, ahead=True), stretches(sound, ahead=False)
    pitches_st = [one.pitch_st for one in found]
    assert pitches_st == pytest.approx([12 * np.log2(hz) for hz in (110.0, 220.0, 115.0)], abs=0.3)
    assert [one.pitch_st for one in found] == [one.pitch_st for one in again]
    assert all(np.array_equal(one.timbre, other.timbre) for one, other in zip(found, again, strict=True))


def test_silence_has_no_stretches() -> None:
    assert stretches(sounds.silence(2.0), ahead=True) == []

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audio.block import Samples
from audio.files.resample import Resampler, resample

RATES = [8_000, 11_025, 22_050, 44_100, 48_000]


def resampled(samples: Samples, rate: int, cuts: list[int]) -> Samples:
    edges = [0, *(edge for edge in np.cumsum(cuts).tolist() if edge < len(samples)), len(samples)]
    resampler = Resampler("agent", rate)
    blocks = [block for a, b in pairwise(edges) for block in resampler.feed(samples[a:b])]
    blocks += resampler.flush()
    starts = np.cumsum([0] + [len(block.samples) for block in blocks])
    assert [block.start for block in blocks] == starts[:-1].tolist()
    return np.concatenate([block.samples for block in blocks])


@given(st.sampled_from([*RATES, 16_000]), st.integers(1, 30_000), st.lists(st.integers(1, 16_000), max_size=8))
def test_cutting_changes_no_bit_and_loses_no_sample(rate: int, count: int, cuts: list[int]) -> None:
    samples = np.random.default_rng(1).uniform(-1, 1, count).astype(np.float32)
    result = resampled(samples, rate, cuts)
    assert len(result) == -(-count * 16_000 // rate)
    np.testing.assert_array_equal(result, resampled(samples, rate, []))


@pytest.mark.parametrize("rate", RATES)
def test_an_impulse_stays_where_it_was(rate: int) -> None:
    samples = np.zeros(2 * rate, np.float32)
    samples[rate // 2] = 1
    assert abs(int(np.argmax(resample(samples, rate))) - rate // 2 * 16_000 / rate) <= 1


@pytest.mark.parametrize("rate", RATES)
def test_a_tone_stays_the_tone_it_was(rate: int) -> None:
    tone = np.sin(2 * np.pi * 440 * np.arange(rate) / rate).astype(np.float32)
    expected = np.sin(2 * np.pi * 440 * np.arange(16_000) / 16_000)
    error = resample(tone, rate)[800:-800] - expected[800:-800]
    assert 10 * np.log10(np.mean(np.square(error)) / 0.5) < -90


def test_what_is_no_number_becomes_silence() -> None:
    assert not resample(np.array([0, np.nan, np.inf, 0], np.float32), 8_000).any()


def test_sound_at_16_khz_is_left_alone() -> None:
    samples = np.ones(5, np.float32)
    assert resample(samples, 16_000) is samples


def test_no_sound_gives_no_sound() -> None:
    assert len(resample(np.zeros(0, np.float32), 8_000)) == 0

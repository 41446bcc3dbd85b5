"""Two channels with the same sound are known to be one speaker's, however one of them was changed on its way."""

import numpy as np
import pytest

from audio.block import Samples
from audio.files.likeness import Likeness
from tests.sounds import syllables

RATE_HZ = 16_000
SPOKEN = syllables(list(np.arange(0.3, 11.0, 0.25)), 12.0)


def same(left: Samples, right: Samples, piece: int) -> bool:
    likeness = Likeness(RATE_HZ)
    for start in range(0, len(left), piece):
        likeness.feed(left[start : start + piece], right[start : start + piece])
    return likeness.same


@pytest.mark.parametrize("piece", [1_000, 48_000])
@pytest.mark.parametrize("late_s", [0.0, 0.015, 0.06, 0.19, -0.1])
@pytest.mark.parametrize("gain", [1.0, -1.0, 0.5])
def test_a_copy_that_is_inverted_softer_or_late_is_the_same(gain: float, late_s: float, piece: int) -> None:
    copy = gain * np.roll(SPOKEN, round(late_s * RATE_HZ))
    assert same(SPOKEN, copy.astype(np.float32), piece)


def test_an_echo_beside_a_voice_of_its_own_is_not_the_same() -> None:
    own = np.random.default_rng(3).normal(0, 0.02, len(SPOKEN)).astype(np.float32)
    assert not same(SPOKEN, 0.5 * np.roll(SPOKEN, 1_600) + own, 16_000)

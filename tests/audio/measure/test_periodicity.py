import numpy as np
import pytest

from audio.block import Samples
from audio.measure.periodicity import LENGTH, sounds_voiced
from tests import sounds


@pytest.mark.parametrize("hz", [110, 220, 450, 600])
def test_a_vowel_sounds_voiced_at_any_pitch(hz: int) -> None:
    assert sounds_voiced(sounds.vowel(hz, 0.2)[:LENGTH])
    assert sounds_voiced(sounds.telephone(sounds.vowel(hz, 0.2))[:LENGTH])


@pytest.mark.parametrize(
    "sound", [sounds.noise(0.1), sounds.tone(440, 0.1), sounds.silence(0.1), np.full(LENGTH, 0.2, np.float32)]
)
def test_noise_whistles_and_silence_do_not(sound: Samples) -> None:
    assert not sounds_voiced(sound[:LENGTH])

import numpy as np

from audio.files.finite_sound import finite


def test_damaged_samples_become_silence() -> None:
    sound = finite(np.array([0.5, np.nan, -0.25, np.inf, -np.inf], np.float32))
    assert sound.tolist() == [0.5, 0.0, -0.25, 0.0, 0.0]
    assert sound.dtype == np.float32


def test_good_sound_is_not_copied() -> None:
    sound = np.array([0.5, 2.0, -1.0], np.float32)
    assert finite(sound) is sound

import numpy as np
import pytest
from swift_f0 import SwiftF0

from audio.block import Samples
from audio.measure.pitch import HIGHEST_HZ, HOP, LEFT_VALUES, LOWEST_HZ, RIGHT_VALUES
from audio.measure.swift.pitch_network import AFTER, BEFORE, Network, network
from tests import sounds


@pytest.mark.parametrize("pieces", [1, 5])
def test_pitch_and_confidence_are_those_of_the_package(pieces: int) -> None:
    sound = np.concatenate([sounds.silence(0.2), sounds.vowel(sounds.glide(110, 220, 1.0)), sounds.noise(1.0, -30)])
    sound += sounds.noise(len(sound) / 16_000, -60)  # without any, the empty bands are nothing but rounding errors
    count = LEFT_VALUES + 16 * pieces + RIGHT_VALUES
    expected = package(sound[: count * HOP])
    found = network().values(sound[: count * HOP], LOWEST_HZ, HIGHEST_HZ)
    for ours, theirs in zip(found, expected, strict=True):
        assert len(ours) == count - BEFORE - AFTER
        known = slice(LEFT_VALUES - BEFORE, AFTER - RIGHT_VALUES)
        np.testing.assert_allclose(ours[known], theirs[LEFT_VALUES:-RIGHT_VALUES], rtol=1e-5, atol=2e-5)
    assert (found[1] > 0.5).sum() > 8 * pieces


def test_another_model_is_refused() -> None:
    with pytest.raises(ValueError, match="This is not an ONNX model with v120"):
        Network(b"{}")


def package(sound: Samples) -> list[Samples]:
    """What the whole graph says: pitch and confidence."""
    limits = {"fmin": np.array(LOWEST_HZ, np.float32), "fmax": np.array(HIGHEST_HZ, np.float32)}
    session = SwiftF0(threads=1, spin=False).session
    return [values[0] for values in session.run(["pitch", "confidence"], {"audio": sound[None, :], **limits})]

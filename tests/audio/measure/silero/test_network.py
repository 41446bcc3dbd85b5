"""The network of ours against onnxruntime, which runs the same file as its makers meant it."""

from functools import cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import soundfile
from numpy.typing import NDArray

from audio.block import Samples
from audio.measure.frames import FRAME
from audio.measure.silero.network import CONTEXT, SHAPES, Memory, Network, network, no_memory
from monitor.sample import CALL

SAME = 1e-5
GAINS = np.array([1.0, 0.06, 0.0], np.float32)


@cache
def frames() -> Samples:
    """18 s of the built-in call with each frame's context, shape (n, 576)."""
    sound, _ = soundfile.read(CALL, start=10 * 16_000, stop=28 * 16_000, dtype="float32", always_2d=True)
    return np.lib.stride_tricks.sliding_window_view(np.ascontiguousarray(sound[:, 0]), CONTEXT + FRAME)[::FRAME]


def heard(gains: NDArray[np.float32], at_once: int) -> NDArray[np.float32]:
    memory, found = no_memory(len(gains)), []
    for start in range(0, len(frames()), at_once):
        some = network().features(frames()[start : start + at_once])
        found += [network().probabilities(features, gains, memory) for features in some]
    return np.array(found)


def test_it_hears_what_onnxruntime_hears_at_every_level() -> None:
    origin = find_spec("faster_whisper").origin
    session = onnxruntime.InferenceSession(Path(origin).with_name("assets") / "silero_vad_v6.onnx")
    ours = heard(GAINS, 1)
    for number, gain in enumerate(GAINS):
        memory = {"h": np.zeros((1, 1, 128), np.float32), "c": np.zeros((1, 1, 128), np.float32)}
        theirs, _, _ = session.run(None, {"input": frames() * gain, **memory})
        assert np.abs(ours[:, number] - theirs).max() < SAME
    assert 0.2 < np.mean(ours[:, 0] > 0.5) < 0.9


@pytest.mark.parametrize("at_once", [2, 7, 31, 10_000])
def test_how_many_frames_are_prepared_at_once_changes_no_bit(at_once: int) -> None:
    np.testing.assert_array_equal(heard(GAINS, at_once), heard(GAINS, 1))


def test_each_level_is_heard_as_if_it_were_the_only_one() -> None:
    together = heard(GAINS, 31)
    for number in range(len(GAINS)):
        np.testing.assert_array_equal(together[:, number : number + 1], heard(GAINS[number : number + 1], 31))


def test_sounds_that_come_together_are_heard_as_if_each_came_alone() -> None:
    features = network().features(frames()[100:103])
    ones = np.ones(3, np.float32)
    together = network().probabilities(features, ones, no_memory(3))
    alone = [network().probabilities(one, ones[:1], no_memory(1))[0] for one in features]
    np.testing.assert_array_equal(together, alone)


def test_no_level_of_sound_is_too_much() -> None:
    memory: Memory = no_memory(1)
    for level in (0.0, 1e-30, 1.0, 1e6):
        features = network().features(np.full((1, CONTEXT + FRAME), level, np.float32))[0]
        assert 0 <= network().probabilities(features, GAINS[:1], memory)[0] <= 1


def test_weights_of_another_network_are_refused() -> None:
    weights = {name: np.zeros(shape, np.float32) for name, shape in SHAPES.items()}
    Network(weights)
    with pytest.raises(ValueError, match=r"not the weights of Silero VAD v6: decoder\.conv1d\.bias is missing"):
        Network({name: values for name, values in weights.items() if name != "decoder.conv1d.bias"})
    with pytest.raises(ValueError, match="Install faster-whisper"):
        Network({**weights, "encoder.conv_layers.0.bias": np.zeros(3, np.float32)})

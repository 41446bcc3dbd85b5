"""Voice embeddings, computed with numpy alone.

The network is the speaker encoder of Wan et al. (2018), "Generalized End-to-End Loss for Speaker Verification", as
trained by the authors of Resemblyzer 0.1.4 on VoxCeleb and LibriSpeech-other. `tools/voice_encoder.py` took its weights
from their package (Apache License 2.0, beside the weights); they run it with torch, which three layers do not need.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from audio.block import Samples

Matrix: TypeAlias = NDArray[np.float32]

WEIGHTS = Path(__file__).with_name("encoder.npz")
HOP = 160
"""Samples between two frames of the network: 10 ms."""
FRAMES = 160
"""Frames in a window, as in the training."""
AROUND = 200
"""Samples that the first frame of a window reaches back before it."""
WINDOW = FRAMES * HOP
"""Samples in a window: 1.6 s."""
LAYERS = 3
WIDTH = 256
LEVEL_POWER = np.float32(1e-3)
"""The network was trained on speech of −30 dBFS."""
LEAST = np.float32(1e-9)


def embed(windows: Matrix, powers: Matrix) -> Matrix:
    """Embed windows of sound.

    Args:
        windows: the mel bands of each, shape (windows, 160, 40).
        powers: mean power of the speech in each, shape (windows,).

    Returns:
        Shape (windows, 256), each of length 1: the scalar product of two is their cosine similarity, 0 … 1.
    """
    loud_enough = LEVEL_POWER / np.maximum(powers, LEAST)
    last = _layers(np.swapaxes(windows * loud_enough[:, None, None], 0, 1))
    embedded = np.maximum(last @ _weights()["linear.weight"].T + _weights()["linear.bias"], 0)
    return np.asarray(embedded / np.maximum(np.linalg.norm(embedded, axis=1, keepdims=True), LEAST), np.float32)


def mel_bands(sound: Samples) -> Matrix:
    """Power in 40 mel bands, not in log, every 10 ms: shape (n, 40).

    Args:
        sound: with the 200 samples before the first frame and behind the last one.
    """
    frames = np.lib.stride_tricks.sliding_window_view(sound, 2 * AROUND)[::HOP]
    power = np.abs(np.fft.rfft(frames * _weights()["window"], axis=1)) ** 2
    return np.asarray(power.astype(np.float32) @ _weights()["mel"].T, np.float32)


def _layers(frames: Matrix) -> Matrix:
    """The last state of the last layer, shape (windows, 256), of frames of shape (160, windows, 40)."""
    weights = _weights()
    states = frames
    for layer in range(LAYERS):
        bias = weights[f"lstm.bias_ih_l{layer}"] + weights[f"lstm.bias_hh_l{layer}"]
        inputs = states @ weights[f"lstm.weight_ih_l{layer}"].T + bias
        states = _recurrent(inputs, np.ascontiguousarray(weights[f"lstm.weight_hh_l{layer}"].T))
    return np.asarray(states[-1], np.float32)


def _recurrent(inputs: Matrix, recurrence: Matrix) -> Matrix:
    """The states of one layer, shape (160, windows, 256), of inputs of shape (160, windows, 1024)."""
    states = np.empty((*inputs.shape[:2], WIDTH), np.float32)
    hidden = np.zeros_like(states[0])
    cell = np.zeros_like(hidden)
    for at, values in enumerate(inputs):
        gates = values + hidden @ recurrence
        new = np.tanh(gates[:, 2 * WIDTH : 3 * WIDTH])
        let_in, keep, _, let_out = np.split(_sigmoid(gates), 4, axis=1)
        cell = keep * cell + let_in * new
        hidden = let_out * np.tanh(cell)
        states[at] = hidden
    return states


def _sigmoid(values: Matrix) -> Matrix:
    return np.asarray((1 + np.tanh(values / 2)) / 2, np.float32)


@cache
def _weights() -> Mapping[str, Matrix]:
    with np.load(WEIGHTS) as stored:
        return {name: stored[name].astype(np.float32) for name in stored.files}

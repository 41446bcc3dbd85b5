"""Silero VAD v6 in numpy, equal to onnxruntime to rounding, at a third of the cost.

The network takes 576 samples at a time: a short-time Fourier transform, four convolutions, and a recurrent layer that
remembers. Up to the first convolution it is linear in the level of the sound, so what is heard at several levels is
computed once for all of them, and at once for all frames that are there. Every product of matrices has the same shape
however many frames come at once: BLAS then rounds alike, and no cutting changes a result.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from audio.measure.frames import FRAME
from audio.measure.onnx_file import Weights, model_of, read_weights

CONTEXT = 64
"""Samples of the frame before that the network wants in front of each frame."""
HOP = 128
WINDOW = 2 * HOP
BINS = HOP + 1
WINDOWS = 4
"""In the 640 samples of context, frame, and the frame's end mirrored."""
WIDTH = 128
"""Features behind the first convolution and the last, and cells that remember."""
SQUEEZED = 64
"""Features behind the second and the third convolution."""

SHAPES = {
    "encoder.feature_extractor.forward_basis_buffer": (2 * BINS, 1, WINDOW),
    "encoder.conv_layers.0.weight": (WIDTH, BINS, 3),
    "encoder.conv_layers.0.bias": (WIDTH,),
    "encoder.conv_layers.1.weight": (SQUEEZED, WIDTH, 3),
    "encoder.conv_layers.1.bias": (SQUEEZED,),
    "encoder.conv_layers.2.weight": (SQUEEZED, SQUEEZED, 3),
    "encoder.conv_layers.2.bias": (SQUEEZED,),
    "encoder.conv_layers.3.weight": (WIDTH, SQUEEZED, 3),
    "encoder.conv_layers.3.bias": (WIDTH,),
    "decoder.conv1d.weight": (1, WIDTH, 1),
    "decoder.conv1d.bias": (1,),
    "onnx::LSTM_209": (1, 4 * WIDTH, WIDTH),
    "onnx::LSTM_210": (1, 4 * WIDTH, WIDTH),
    "onnx::LSTM_211": (1, 8 * WIDTH),
}
"""The weights of the file, by the names in it."""

Array = NDArray[np.float32]


@dataclass(slots=True, eq=False)
class Memory:
    """What the network remembers of sounds, one row each, shape (sounds, 128)."""

    hidden: Array
    cell: Array


def no_memory(sounds: int) -> Memory:
    """Before anything was heard."""
    return Memory(np.zeros((sounds, WIDTH), np.float32), np.zeros((sounds, WIDTH), np.float32))


class Network:
    """The network; it keeps nothing of what it hears.

    Args:
        weights: as in the file of Silero VAD v6.

    Raises:
        ValueError: they are those of another network.
    """

    def __init__(self, weights: Weights) -> None:
        wrong = [name for name, shape in SHAPES.items() if name not in weights or weights[name].shape != shape]
        if wrong:
            raise ValueError(
                f"These are not the weights of Silero VAD v6: {wrong[0]} is missing or has another shape. "
                "Install faster-whisper 1.2."
            )
        first, second, third, fourth = (weights[f"encoder.conv_layers.{layer}.weight"] for layer in range(4))
        biases = [weights[f"encoder.conv_layers.{layer}.bias"] for layer in range(4)]
        self._window = np.hanning(WINDOW + 1)[:-1].astype(np.float32).reshape(2, HOP)
        self._first: Array = _by_tap(first)
        self._first_bias = np.zeros((2, 3, WIDTH), np.float32)
        self._first_bias[:] = biases[0]
        self._first_bias[0, 0] = 0
        self._second, self._second_bias = _by_tap(second), biases[1]
        # the third has two windows to see and moves by two, the fourth has one: what lies beside them is nothing
        self._third, self._third_bias = _by_tap(third[:, :, 1:]), biases[2]
        self._fourth, self._fourth_bias = _by_tap(fourth[:, :, 1:2]), biases[3]
        # a sigmoid is a hyperbolic tangent of half its argument, and does not overflow: halves are exact
        half = np.repeat(np.array([0.5, 0.5, 0.5, 1.0], np.float32), WIDTH)
        inwards = np.concatenate([weights["onnx::LSTM_209"][0], weights["onnx::LSTM_210"][0]], axis=1)
        self._inwards = np.ascontiguousarray((inwards * half[:, None]).T)
        both = weights["onnx::LSTM_211"][0]
        self._inwards_bias = (both[: 4 * WIDTH] + both[4 * WIDTH :]) * half
        self._outwards = weights["decoder.conv1d.weight"][0, :, 0] / 2
        self._outwards_bias = weights["decoder.conv1d.bias"][0] / 2

    def features(self, sound: Array) -> Array:
        """What the first convolution makes of frames with their contexts, but for its bias.

        Args:
            sound: shape (frames, 576).

        Returns:
            Shape (frames, 2, 3, 128): what each of the two windows of the second convolution sees.
        """
        count = len(sound)
        parts = np.empty((count, WINDOWS + 1, HOP), np.float32)
        parts.reshape(count, -1)[:, : CONTEXT + FRAME] = sound
        parts[:, -1, -CONTEXT:] = sound[:, -2 : -2 - CONTEXT : -1]
        windows = np.empty((count, WINDOWS, 2, HOP), np.float32)
        np.multiply(parts[:, :-1], self._window[0], out=windows[:, :, 0])
        np.multiply(parts[:, 1:], self._window[1], out=windows[:, :, 1])
        spectra = np.abs(np.fft.rfft(windows.reshape(count, WINDOWS, WINDOW)))
        beside = np.zeros((count, WINDOWS, 3, BINS), np.float32)
        beside[:, 1:, 0] = spectra[:, :-1]
        beside[:, :, 1] = spectra
        beside[:, :-1, 2] = spectra[:, 1:]
        found = beside.reshape(count, WINDOWS, -1) @ self._first
        seen = np.zeros((count, 2, 3, WIDTH), np.float32)
        seen[:, 0, 1:] = found[:, :2]
        seen[:, 1] = found[:, 1:]
        return seen

    def probabilities(self, features: Array, gains: Array, memory: Memory) -> Array:
        """Of speech in the next frame of each sound, shape (sounds,); the memory is brought up to date.

        Args:
            features: of one frame of all sounds, shape (2, 3, 128), or of each, shape (sounds, 2, 3, 128).
            gains: by which each sound is to be louder, shape (sounds,).
            memory: of the frames before.
        """
        count = len(gains)
        seen: Array = features * gains[:, None, None, None]
        seen += self._first_bias
        np.maximum(seen, 0, out=seen)
        second = _relu(seen.reshape(count, 2, 3 * WIDTH) @ self._second, self._second_bias)
        third = _relu(second.reshape(count, 1, 2 * SQUEEZED) @ self._third, self._third_bias)
        heard = np.empty((count, 1, 2 * WIDTH), np.float32)
        heard[:, :, :WIDTH] = _relu(third @ self._fourth, self._fourth_bias)
        heard[:, 0, WIDTH:] = memory.hidden
        gates = (heard @ self._inwards)[:, 0]
        gates += self._inwards_bias
        np.tanh(gates, out=gates)
        gates[:, : 3 * WIDTH] *= 0.5
        gates[:, : 3 * WIDTH] += 0.5
        enter, leave, stay, news = (gates[:, at : at + WIDTH] for at in range(0, 4 * WIDTH, WIDTH))
        memory.cell = stay * memory.cell + enter * news
        memory.hidden = leave * np.tanh(memory.cell)
        logits = (np.maximum(memory.hidden, 0) * self._outwards).sum(axis=1) + self._outwards_bias
        probabilities: Array = np.tanh(logits) * np.float32(0.5) + np.float32(0.5)
        return probabilities


@cache
def network() -> Network:
    """The network with the weights that are part of faster-whisper.

    Raises:
        ModuleNotFoundError: faster-whisper is not installed.
    """
    missing = "The voice-activity model is part of faster-whisper. Install faster-whisper."
    return Network(read_weights(model_of("faster_whisper", "assets/silero_vad_v6.onnx", missing)))


def _by_tap(kernel: Array) -> Array:
    """A kernel, shape (out, in, taps), as a matrix for windows laid end to end, shape (taps × in, out)."""
    return np.ascontiguousarray(kernel.transpose(2, 1, 0)).reshape(-1, len(kernel))


def _relu(sums: Array, bias: Array) -> Array:
    sums += bias
    rectified: Array = np.maximum(sums, np.float32(0), out=sums)
    return rectified

"""swift-f0 with its spectra from numpy: equal to its package to rounding, at less cost.

Every 16 ms, the network sees three spectra, and its layers look seven values to either side. The package's graph makes
the spectra by products of matrices instead of a Fourier transform, and also where windows hold sound that is not there,
for values that nobody reads. Here numpy makes those of whole windows, and onnxruntime runs what is behind them.
"""

from functools import cache

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from audio.block import Samples
from audio.measure.onnx_file import behind, model_of

HOP = 256
BEFORE, AFTER = 4, 3
"""Values at either end without a spectrum, as the longest window reaches beyond the sound."""
SPECTRA = {"v120": 1024, "v238": 2048, "v339": 512}
"""What the graph of swift-f0 0.3.0 calls the magnitudes of each spectrum, and samples of its window."""
TOGETHER = 16
"""Windows that are transformed at once: numpy takes three times as long for each of 30."""

Values = NDArray[np.float32]


class Network:
    """The network; it keeps nothing of what it hears.

    Args:
        model: the ONNX file of swift-f0 0.3.0.

    Raises:
        ValueError: it is another one.
    """

    def __init__(self, model: bytes) -> None:
        self._windows = {name: np.hanning(size + 1)[:-1].astype(np.float32) for name, size in SPECTRA.items()}
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        layers = behind(tuple(SPECTRA), model)
        self._layers = onnxruntime.InferenceSession(layers, options, providers=["CPUExecutionProvider"])

    def values(self, sound: Samples, lowest_hz: float, highest_hz: float) -> tuple[Values, Values]:
        """Pitch in Hz and confidence at every 256th sample, but for the first four and the last three.

        Seven more at either end are less certain: the layers take what lies beyond the sound for nothing.

        Args:
            sound: at 16 kHz, shape (256 n,), n from 8.
            lowest_hz: of the pitch.
            highest_hz: of the pitch.

        Returns:
            Shape (n − 7,) each.
        """
        spectra = {name: _magnitudes(sound, window) for name, window in self._windows.items()}
        limits = {"fmin": np.array(lowest_hz, np.float32), "fmax": np.array(highest_hz, np.float32)}
        pitch, confidence = self._layers.run(["pitch", "confidence"], {**spectra, **limits})
        return pitch[0], confidence[0]


def _magnitudes(sound: Samples, window: Values) -> Values:
    """Of each spectrum, shape (1, n − 7, samples of the window / 2 + 1)."""
    count = len(sound) // HOP - BEFORE - AFTER
    first = BEFORE * HOP - len(window) // 2
    pieces = np.lib.stride_tricks.sliding_window_view(sound, len(window))[first::HOP][:count]
    parts = np.array_split(pieces, -(-count // TOGETHER))
    return np.concatenate([np.abs(np.fft.rfft(part * window)) for part in parts])[None]


@cache
def network() -> Network:
    """The network of the package.

    Raises:
        ModuleNotFoundError: swift-f0 is not installed.
    """
    return Network(model_of("swift_f0", "model.onnx", "The pitch model is part of swift-f0. Install swift-f0."))

"""Makes audio/voices/encoder.npz of the weights in Resemblyzer's package: `python -m tools.voice_encoder WHEEL`.

The package is read as an archive: neither it nor torch is installed, and no code in it runs. Get the wheel with
`pip download --no-deps resemblyzer==0.1.4`.
"""

import hashlib
import io
import pickle
import sys
import zipfile
from collections import OrderedDict
from pathlib import Path
from typing import Any

import librosa
import numpy as np
from numpy.typing import NDArray

from audio.block import SAMPLE_RATE_HZ
from audio.voices.encoder import AROUND, WEIGHTS

SHA256 = "39373b86598fa3da9fcddee6142382efe09777e8d37dc9c0561f41f0070f134e"
"""Of the weights in version 0.1.4."""
LICENSE = Path(WEIGHTS).with_name("encoder.LICENSE")
HEADER_PICKLES = 3
"""A magic number, a version and the sizes of types come before the weights."""
BANDS = 40

Stored = tuple[str, int, tuple[int, ...]]
"""A tensor: the name of what holds its values, its first value there, its shape."""


class _Tensors(pickle.Unpickler):
    """Reads what torch wrote, and builds nothing but dictionaries and descriptions of tensors."""

    def find_class(self, module: str, name: str) -> object:
        known = {
            ("collections", "OrderedDict"): OrderedDict,
            ("torch._utils", "_rebuild_tensor_v2"): _described,
            ("torch", "FloatStorage"): "float32",
        }
        return known[module, name]

    def persistent_load(self, pid: tuple[str, ...]) -> str:
        return pid[2]


def _described(holder: str, first: int, shape: tuple[int, ...], *_: object) -> Stored:
    return holder, first, shape


def read_weights(stored: bytes) -> dict[str, NDArray[np.float32]]:
    """The network's weights by name, of a file that torch wrote before its version 1.6."""
    file = io.BytesIO(stored)
    for _ in range(HEADER_PICKLES):
        _Tensors(file).load()
    tensors: dict[str, Stored] = _Tensors(file).load()["model_state"]
    values: dict[str, NDArray[np.float32]] = {}
    for holder in pickle.load(file):  # noqa: S301 - a list of names, of a file whose hash was compared
        count = int.from_bytes(file.read(8), "little")
        values[holder] = np.frombuffer(file.read(4 * count), "<f4")
    return {
        name: values[holder][first : first + int(np.prod(shape))].reshape(shape)
        for name, (holder, first, shape) in tensors.items()
    }


def main(wheel: Path) -> None:
    """Write the weights as 16-bit floats, with the bands and the window that the network was trained on."""
    with zipfile.ZipFile(wheel) as package:
        stored = package.read("resemblyzer/pretrained.pt")
        license_text = package.read("Resemblyzer-0.1.4.dist-info/LICENSE")
    if hashlib.sha256(stored).hexdigest() != SHA256:
        sys.exit(f"{wheel} does not hold the weights of Resemblyzer 0.1.4. Download that version.")
    weights = {name: array for name, array in read_weights(stored).items() if not name.startswith("similarity")}
    weights["mel"] = librosa.filters.mel(sr=SAMPLE_RATE_HZ, n_fft=2 * AROUND, n_mels=BANDS)
    weights["window"] = librosa.filters.get_window("hann", 2 * AROUND).astype(np.float32)
    halved: dict[str, Any] = {name: array.astype(np.float16) for name, array in weights.items()}
    np.savez_compressed(WEIGHTS, **halved)
    LICENSE.write_bytes(license_text)


if __name__ == "__main__":
    main(Path(sys.argv[1]))

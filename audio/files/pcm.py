"""Samples as a recording keeps them: 16 bits each."""

import numpy as np
from numpy.typing import NDArray

from audio.block import Samples
from audio.files.finite_sound import finite

Pcm = NDArray[np.int16]


def to_pcm(samples: Samples) -> Pcm:
    """Samples as 16-bit integers, as a recording keeps them; NaN becomes silence."""
    return (np.clip(finite(samples), -1.0, 1.0) * 32767).round().astype("<i2")


def to_samples(pcm: Pcm) -> Samples:
    """The samples as floats again, with the precision of a recording."""
    return pcm.astype(np.float32) / np.float32(32767)

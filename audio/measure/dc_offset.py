"""Removes a microphone's DC offset, which is not sound but would count as level and noise."""

import math
from collections import deque

import numpy as np

from audio.block import Samples

AVERAGED = 62
"""Frames (2 s) whose mean is the DC offset."""
LEAST_OFFSET = 0.003
"""Share of full scale, −50 dBFS: a smaller offset is harmless, and stays."""
CHANCE = 0.3
"""Share of the level of one frame: speech may be this far off zero by chance; less in the mean of many."""
FULL_SCALE = 0.99
"""Samples from here on are clipping, and are not changed."""


class Centring:
    """Frames of one speaker in, the same frames without DC offset out; those of a good microphone are unchanged.

    The correction changes linearly from frame to frame, so that there is no step. Digital silence stays silence,
    whatever the offset of the sound around it.
    """

    def __init__(self) -> None:
        self._means: deque[float] = deque(maxlen=AVERAGED)
        self._powers: deque[float] = deque(maxlen=AVERAGED)
        self._taken: float | None = None

    def feed(self, samples: Samples) -> Samples:
        """Take the next frame, shape (n,)."""
        exact = samples.astype(np.float64)
        energy = float(exact @ exact)
        if not energy:
            return samples
        self._means.append(float(np.add.reduce(exact)) / len(exact))
        self._powers.append(energy / len(exact))
        count = len(self._means)
        mean, level = math.fsum(self._means) / count, math.sqrt(math.fsum(self._powers) / count)
        offset = mean if abs(mean) >= max(LEAST_OFFSET, CHANCE * level / math.sqrt(count)) else 0.0
        before, self._taken = offset if self._taken is None else self._taken, offset
        if not before and not offset:
            return samples
        centred = (samples - np.linspace(before, offset, len(samples))).clip(-1.0, 1.0)
        return np.where(np.abs(samples) >= FULL_SCALE, samples, centred).astype(np.float32)

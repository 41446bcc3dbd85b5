"""Takes out what a microphone's zero is off by, which is no sound but would count as level and as noise."""

import math
from collections import deque

import numpy as np

from audio.block import Samples

AVERAGED = 62
"""Frames (2 s) whose mean is the zero."""
LEAST_OFFSET = 0.003
"""Of full scale, −50 dBFS: less does no harm, and is left."""
CHANCE = 0.3
"""Of the level of a single frame: so far speech may be off zero by chance; less in the mean of many."""
FULL_SCALE = 0.99
"""Samples from here on are cut off at the top, and stay so."""


class Centring:
    """Frames of one speaker in, the same frames around zero out; those of a sound microphone stay as they are.

    What is taken out changes in a straight line from frame to frame, so that it makes no step. Digital silence is
    silence, whatever the offset of the sound around it.
    """

    def __init__(self) -> None:
        self._means: deque[float] = deque(maxlen=AVERAGED)
        self._powers: deque[float] = deque(maxlen=AVERAGED)
        self._taken: float | None = None

    def feed(self, samples: Samples) -> Samples:
        """Take the next frame, shape (n,)."""
        if not samples.any():
            return samples
        self._means.append(float(samples.mean(dtype=np.float64)))
        self._powers.append(float(np.mean(np.square(samples, dtype=np.float64))))
        count = len(self._means)
        mean, level = math.fsum(self._means) / count, math.sqrt(math.fsum(self._powers) / count)
        offset = mean if abs(mean) >= max(LEAST_OFFSET, CHANCE * level / math.sqrt(count)) else 0.0
        before, self._taken = offset if self._taken is None else self._taken, offset
        if not before and not offset:
            return samples
        centred = (samples - np.linspace(before, offset, len(samples))).clip(-1.0, 1.0)
        return np.where(np.abs(samples) >= FULL_SCALE, samples, centred).astype(np.float32)

"""Sound without NaN and infinite samples, which damaged files and broken drivers hold."""

import numpy as np

from audio.block import Samples


def finite(samples: Samples) -> Samples:
    """The samples with silence for those that are NaN or infinite; the array itself if there are none."""
    good = np.isfinite(samples)
    return samples if good.all() else np.where(good, samples, np.float32(0))

"""Calls as measures of them: some long, most short, with values as skewed as those of real calls."""

import numpy as np
from numpy.typing import NDArray


def calls(count: int, seed: int = 5) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The measures of calls and their weights; nothing in them depends on a day or an agent."""
    rng = np.random.default_rng(seed)
    weights = rng.lognormal(4.5, 1.0, count)
    per_10_min = 600 * rng.poisson(0.02 * weights) / weights
    rare = np.where(rng.random(count) < 0.7, 0.0, rng.lognormal(2, 1, count))
    return np.stack([per_10_min, rng.normal(50, 10, count), rare, rng.lognormal(0, 0.5, count)]), weights

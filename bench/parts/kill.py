"""Kill live calls with SIGKILL at random moments; what is missing of the sound and the events, at worst."""

import random
from collections.abc import Iterator

from bench.figures.table import Row
from tests.monitor.live.killed_call import kill_after

KILLS = 20
LONGEST_S = 12.0
"""A call lives so long at most, from its first sound."""


def rows() -> Iterator[Row]:
    """Worst losses of twenty kills."""
    chance = random.Random(1)  # noqa: S311 - moments, no secrets
    losses = [kill_after(chance.uniform(0.0, LONGEST_S), model="default") for _ in range(KILLS)]
    yield Row(f"sound lost by one of {KILLS} kills, worst", max(loss.sound_s for loss in losses), "s", "≤ 1.1")
    yield Row(f"events lost by one of {KILLS} kills, worst", max(loss.events_s for loss in losses), "s", "≤ 1.1")

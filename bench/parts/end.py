"""End live calls from outside at random moments, by a signal or a closed terminal; what is missing, at worst."""

import random
from collections.abc import Iterator
from itertools import cycle, islice, product

from bench.figures.table import Row
from tests.monitor.live.ended_call import Way, end_after

ENDS = 20
LONGEST_S = 12.0
"""A call lives so long at most, from its first sound."""
WAYS: tuple[Way, ...] = ("SIGTERM", "SIGHUP", "closed terminal")


def rows() -> Iterator[Row]:
    """Worst losses of twenty ends, and how many folders are not closed or leave something in memory."""
    chance = random.Random(1)  # noqa: S311 - moments, no secrets
    kinds = islice(cycle(product(WAYS, (True, False))), ENDS)
    ends = [end_after(chance.uniform(0.0, LONGEST_S), way, screen=screen, model="default") for way, screen in kinds]
    yield Row(f"sound lost by one of {ENDS} ends, worst", max(end.sound_lost_s for end in ends), "s", "≤ 0.5")
    yield Row(f"events lost by one of {ENDS} ends, worst", max(end.events_lost_s for end in ends), "s", "≤ 0.5")
    yield Row("calls not closed", sum(not end.closed for end in ends), f"of {ENDS}", "≤ 0")
    yield Row("calls of which something waits in memory", sum(end.held for end in ends), f"of {ENDS}", "≤ 0")
    yield Row("terminals not restored", sum(not end.restored for end in ends), f"of {ENDS}", "≤ 0")

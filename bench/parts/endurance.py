"""One call of eight hours, as fast as it goes: does anything grow, drift or slow down?"""

import time
from collections.abc import Iterator, Sequence

from bench.figures.table import Row
from tests.monitor.long_call import Moment, simulate

HOURS = 8.0
WARM_UP = 1 / 16
"""Share of the call after which memory and pace count: half an hour of eight."""


def rows() -> Iterator[Row]:
    """Growth and drift over eight hours."""
    cpu_s = time.process_time()
    watch = simulate(HOURS)
    cpu_s = time.process_time() - cpu_s
    settled = watch.moments[max(1, round(len(watch.moments) * WARM_UP)) :]
    tenth = max(2, len(settled) // 10)
    first, last = _pace(settled[:tenth]), _pace(settled[-tenth:])
    yield Row("simulated", HOURS, "h")
    yield Row("CPU that took", cpu_s / 60, "min")
    yield Row("prompts shown on the way", watch.prompts, "")
    yield Row("memory, growth after half an hour", settled[-1].rss_mb - settled[0].rss_mb, "MB", "≤ 20")
    yield Row("objects, growth after half an hour", settled[-1].objects - settled[0].objects, "")
    yield Row("CPU for a second of the call, end : start", last / first, "", "≤ 1.25")
    yield Row("drift of the media time", 1000 * abs(watch.tone_until_s - 3600 * HOURS), "ms", "≤ 100")


def _pace(moments: Sequence[Moment]) -> float:
    """CPU seconds for a second of the call: other programs of this machine count little."""
    return (moments[-1].cpu_s - moments[0].cpu_s) / (moments[-1].heard_s - moments[0].heard_s)

"""Work shared out over processes, its results in the order of the work."""

import multiprocessing
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import TypeVar

from monitor.base.errors import MonitorError

AHEAD = 16
"""Pieces of work a process that may wait to be done or taken: a million are never in memory at once."""

Item = TypeVar("Item")
Found = TypeVar("Found")


class WorkerLostError(MonitorError):
    """A worker process was killed."""


def side_by_side(work: Callable[[Item], Found], items: Iterable[Item], jobs: int) -> Iterator[Found]:
    """Do the same with many items.

    Args:
        work: what to do with one; picklable for more than one job.
        items: taken as the work gets on.
        jobs: how many to work on at the same time; with one, everything happens in this process.

    Raises:
        WorkerLostError: a process was killed, as the system does when memory runs out.
    """
    if jobs == 1:
        yield from map(work, items)
        return
    # Spawned, as on every system: a fork would copy locks that threads of this process hold.
    with ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn")) as pool:
        waiting: deque[Future[Found]] = deque()
        try:
            for item in items:
                waiting.append(pool.submit(work, item))
                if len(waiting) >= AHEAD * jobs:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        except BrokenProcessPool as error:
            raise WorkerLostError(
                "A worker process was killed, perhaps because memory ran out. Run the command again with fewer --jobs."
            ) from error
        finally:
            pool.shutdown(wait=False, cancel_futures=True)

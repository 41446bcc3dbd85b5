"""The workers of a server: one that is gone is replaced."""

import asyncio
from collections.abc import Callable, Iterable

from monitor.serve.desk.numbers import Numbers
from monitor.serve.desk.worker_handle import WorkerHandle
from monitor.serve.orders import Report, Tick
from monitor.serve.worker_options import WorkerOptions


class Crew:
    """The worker processes.

    Args:
        options: of each.
        count: how many.
        take: takes their reports.
        gone: told which one is gone, when another one is in its place.
        numbers: counts those that are replaced.
    """

    def __init__(
        self,
        options: WorkerOptions,
        count: int,
        take: Callable[[WorkerHandle, Report], None],
        gone: Callable[[WorkerHandle], None],
        numbers: Numbers,
    ) -> None:
        self._options, self._take, self._gone, self._counts = options, take, gone, numbers
        self._number = 0
        self.workers = [self._new() for _ in range(count)]
        self._starting: set[asyncio.Task[None]] = set()
        self._stopping = False

    async def start(self) -> None:
        """Start all."""
        for worker in self.workers:
            await worker.start()

    async def close(self) -> None:
        """Let them end their calls, and wait for them."""
        self._stopping = True
        for worker in self.workers:
            worker.flush(0.0)
        await asyncio.gather(*(worker.close() for worker in self.workers))

    def flush(self, at_ns: int, now_s: float) -> None:
        """Say that everything up to here was passed on, and send it."""
        for worker in self.workers:
            worker.put(0, 0, Tick(at_ns))
            worker.flush(now_s)

    def least_busy(self, carried: Iterable[WorkerHandle]) -> WorkerHandle:
        """The worker with the fewest calls, better one that is ready.

        Args:
            carried: the worker of each call in progress.
        """
        busy = list(carried)
        return min(self.workers, key=lambda worker: (worker.is_gone, not worker.ready, busy.count(worker)))

    def _new(self) -> WorkerHandle:
        self._number += 1
        return WorkerHandle(self._options, self._number, self._take, self._replace)

    def _replace(self, gone: WorkerHandle) -> None:
        if self._stopping:
            return
        self._counts.restarts.inc()
        fresh = self._new()
        self.workers = [worker for worker in self.workers if worker is not gone] + [fresh]
        starting = asyncio.create_task(fresh.start())
        self._starting.add(starting)
        starting.add_done_callback(self._starting.discard)
        self._gone(gone)

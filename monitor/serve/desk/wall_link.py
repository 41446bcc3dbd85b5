"""The server's connection to the wall: for all calls of its workers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import replace

from monitor.serve.desk.front_call import FrontCall
from monitor.serve.desk.worker_handle import WorkerHandle
from monitor.serve.orders import OnWall, Ready, Report, WallOrder, WallReach
from monitor.settings.config import Settings
from monitor.wall.care import Reach
from monitor.wall.publisher import Publisher
from monitor.wall.topics import call_name
from monitor.wall.wall_messages import Does


class WallLink:
    """Passes on what workers publish, and what supervisors do.

    Args:
        settings: of this machine.
        calls: gives the calls in progress.
        report: takes a sentence for the log.
        now_ns: gives the time of records.
    """

    def __init__(
        self,
        settings: Settings,
        calls: Callable[[], Iterable[FrontCall]],
        report: Callable[[str], object],
        now_ns: Callable[[], int],
    ) -> None:
        self._settings, self._calls, self._say, self._now_ns = settings, calls, report, now_ns
        self._publisher: Publisher | None = None
        self._reach = Reach()

    def open(self) -> None:
        """Connect; orders come on the running event loop."""
        loop = asyncio.get_running_loop()

        def ordered(name: str, do: Does, by: str) -> None:
            loop.call_soon_threadsafe(self._order, name, do, by)

        if self._settings.wall.broker:
            self._publisher = Publisher(self._settings, ordered)

    def take(self, worker: WorkerHandle, report: Report) -> None:
        """Publish what a worker reports of a call; a worker that is new learns who can be reached."""
        match report:
            case OnWall() if self._publisher:
                self._publisher.publish(report.call, report.part, report.payload.encode(), report.certain)
            case Ready():
                self._tell([worker])
            case _:
                pass

    def look(self, workers: Iterable[WorkerHandle]) -> None:
        """Tell the workers when it has changed who can be reached; the log says what is wrong."""
        if self._publisher is None or (reach := self._publisher.reach) == self._reach:
            return
        if reach.trouble != self._reach.trouble:
            self._say(reach.trouble or "The wall is connected.")
        before, self._reach = self._reach, reach
        if replace(before, trouble="") != replace(reach, trouble=""):
            self._tell(workers)

    async def close(self) -> None:
        """Say goodbye to the broker."""
        if self._publisher:
            await asyncio.to_thread(self._publisher.close)

    def _tell(self, workers: Iterable[WorkerHandle]) -> None:
        for worker in workers:
            worker.put(0, 0, WallReach(self._now_ns(), self._reach.wall, self._reach.walls))

    def _order(self, name: str, do: Does, by: str) -> None:
        for call in self._calls():
            if call_name(call.begins.id) == name and not call.ended:
                call.put(0, WallOrder(self._now_ns(), do, by))

"""The server's link to its team: a process of its own ships calls and takes roll-outs, so that no call waits for it."""

from __future__ import annotations

import asyncio
import pickle
import sys
from asyncio.subprocess import PIPE, Process
from contextlib import suppress

from monitor.serve.worker_options import WorkerOptions

GOODBYE_S = 15.0
"""For what it has begun to ship when the server ends."""
AGAIN_S = 10.0
"""Until a process that broke off is started again."""


class TeamLink:
    """Keeps the process running, if the settings have an object store or the key of a team's roll-outs.

    Args:
        options: of the server.
    """

    def __init__(self, options: WorkerOptions) -> None:
        self._options = options
        self._process: Process | None = None
        self._running: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int:
        """Of the process; 0 if there is none."""
        return self._process.pid if self._process else 0

    def open(self) -> None:
        """Start it."""
        settings = self._options.settings
        if settings.objects.url or settings.team.rollout_key:
            self._running = asyncio.create_task(self._run())

    def call_closed(self) -> None:
        """A call is over; returns immediately."""
        if self._process and self._process.returncode is None and self._process.stdin:
            self._process.stdin.write(b"\n")

    async def close(self) -> None:
        """Let it ship what is over, for a while."""
        if self._running is None:
            return
        self._running.cancel()
        with suppress(asyncio.CancelledError):
            await self._running
        if (process := self._process) is None:
            return
        if process.stdin:
            process.stdin.close()
        try:
            await asyncio.wait_for(process.wait(), GOODBYE_S)
        except TimeoutError:
            process.kill()
            await process.wait()

    async def _run(self) -> None:
        command = ("-m", "monitor.serve.desk.team_process")
        while True:
            self._process = process = await asyncio.create_subprocess_exec(sys.executable, *command, stdin=PIPE)
            if process.stdin:
                # Settings hold passwords, which have no place in the list of processes.
                process.stdin.write(pickle.dumps(self._options))
            await process.wait()
            await asyncio.sleep(AGAIN_S)

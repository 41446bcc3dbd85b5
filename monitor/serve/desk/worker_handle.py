"""A worker process as the front sees it: started, fed, watched, and killed if it does not answer."""

import asyncio
import pickle
import socket
import subprocess
import sys
from collections.abc import Callable
from contextlib import nullcontext, suppress

import msgspec

from monitor.serve.orders import Order, Ready, Report
from monitor.serve.records import pack
from monitor.serve.signals import Signal
from monitor.serve.worker_options import WorkerOptions

HANG_S = 5.0
"""A worker that reports nothing for so long hangs."""
LOADING_S = 60.0
"""The same while it starts."""
GOODBYE_S = 30.0
"""Time to write the last words of its calls."""
LONGEST_LINE = 1 << 20

_reports = msgspec.json.Decoder(Report)


class WorkerHandle:
    """A worker process.

    Args:
        options: what it is started with.
        number: for the log.
        take: takes its reports.
        gone: called once when it has ended, whatever the reason.
    """

    def __init__(
        self,
        options: WorkerOptions,
        number: int,
        take: Callable[["WorkerHandle", Report], None],
        gone: Callable[["WorkerHandle"], None],
    ) -> None:
        self.number = number
        self.ready = False
        self.is_gone = False
        self._options = options
        self._take = take
        self._gone = gone
        self._waiting = bytearray()
        self._process: subprocess.Popen[bytes] | None = None
        self._writer: asyncio.StreamWriter | None = None
        self._reading: asyncio.Task[None] | None = None
        self._heard_s = 0.0

    @property
    def pid(self) -> int:
        """Of its process."""
        return self._process.pid if self._process else 0

    async def start(self) -> None:
        """Start the process; it is ready later."""
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = await asyncio.to_thread(self._popen, theirs.fileno())
        reader, self._writer = await asyncio.open_connection(sock=ours, limit=LONGEST_LINE)
        self._heard_s = asyncio.get_running_loop().time()
        self._reading = asyncio.create_task(self._read(reader))

    def put(self, call: int, side: int, what: Signal | Order) -> None:
        """Send a record with the next `flush`."""
        self._waiting += pack(call, side, what)

    def flush(self, now_s: float) -> None:
        """Send what waits, and kill the process if it hangs.

        Args:
            now_s: of the event loop.
        """
        if self._writer and not self.is_gone:
            self._writer.write(bytes(self._waiting))
            self._waiting.clear()
            if now_s - self._heard_s > (HANG_S if self.ready else LOADING_S):
                self.kill()

    def kill(self) -> None:
        """End the process at once."""
        if self._process:
            self._process.kill()

    async def close(self) -> None:
        """Let it end its calls, and wait for it."""
        writer, self._writer = self._writer, None
        if writer:
            with suppress(OSError):
                writer.write_eof()
        if self._process:
            try:
                await asyncio.wait_for(asyncio.to_thread(self._process.wait, GOODBYE_S), GOODBYE_S + 1)
            except (TimeoutError, subprocess.TimeoutExpired):
                self.kill()
        if self._reading:
            await self._reading
        await _closed(writer)

    def _popen(self, connection: int) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "monitor.serve.worker.process", str(connection)]
        process = subprocess.Popen(command, pass_fds=[connection], stdin=subprocess.PIPE)  # noqa: S603 - this program
        # Settings hold passwords, which have no place in the list of processes.
        with suppress(OSError), process.stdin or nullcontext() as given:
            if given:
                pickle.dump(self._options, given)
        return process

    async def _read(self, reader: asyncio.StreamReader) -> None:
        try:
            while line := await reader.readline():
                self._heard_s = asyncio.get_running_loop().time()
                report = _reports.decode(line)
                self.ready = self.ready or isinstance(report, Ready)
                self._take(self, report)
        except (OSError, ValueError):  # it is gone, or its report is torn
            pass
        self.kill()
        if self._process:
            await asyncio.to_thread(self._process.wait)
        writer, self._writer = self._writer, None
        await _closed(writer)
        self.is_gone = True
        self._gone(self)


async def _closed(writer: asyncio.StreamWriter | None) -> None:
    if writer:
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()

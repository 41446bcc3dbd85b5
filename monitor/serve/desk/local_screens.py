"""Screens on this machine: a socket that only its owner can open, for `tone-monitor watch` over ssh."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

import msgspec

from monitor.live.control import make_own
from monitor.serve.call_desk import Screen

PATIENCE_S = 5.0
"""Time to say whose screen it is."""
LONGEST = 4096
"""Bytes of a line."""

Watch = Callable[[str, Screen], Awaitable[None]]


class _First(msgspec.Struct, forbid_unknown_fields=True):
    agent: str


class LocalScreens:
    """Serves screens while it is open.

    Args:
        watch: serves one.
        folder: where the socket is.
    """

    def __init__(self, watch: Watch, folder: Path) -> None:
        self._watch = watch
        self._path = folder / f"watch-{os.getpid()}.sock"
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def open(self) -> None:
        """Start; raises OSError or ControlError if there can be no such socket."""
        make_own(self._path.parent)
        self._path.unlink(missing_ok=True)
        self._server = await asyncio.start_unix_server(self._serve, str(self._path), limit=LONGEST)
        self._path.chmod(0o600)

    async def close(self) -> None:
        """Stop."""
        if self._server:
            self._server.close()
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
            self._path.unlink(missing_ok=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if task := asyncio.current_task():
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        with suppress(ConnectionError, ValueError, RecursionError, TimeoutError, asyncio.CancelledError):
            line = await asyncio.wait_for(reader.readline(), PATIENCE_S)
            first = msgspec.json.decode(line, type=_First)
            await self._watch(first.agent, _LineScreen(reader, writer))
        writer.close()
        with suppress(OSError, asyncio.CancelledError):
            await writer.wait_closed()


class _LineScreen:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    async def send(self, message: str) -> None:
        self._writer.write(message.encode() + b"\n")
        await self._writer.drain()

    async def receive(self) -> str:
        line = await self._reader.readline()
        if not line.endswith(b"\n"):
            raise ConnectionError("The screen is gone")
        return line.decode()

"""What all connections share."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Protocol

from audio.devices.streams import clock_s
from monitor.serve.call_desk import CallDesk
from monitor.serve.dialects.dialect import Close, Dialect, Send
from monitor.serve.front.admission import Admission
from monitor.serve.front.front_metrics import FrontMetrics
from monitor.serve.front.platform_line import PlatformLine
from monitor.serve.front.screen_line import ScreenLine


def now_ns() -> int:
    """The time on the clock of `clock_s`."""
    return round(clock_s() * 1e9)


class Guest(Protocol):
    """A connection, as the front sees it."""

    def tick(self, at_ns: int) -> None:
        """End it if its time is up."""
        ...

    def end(self, why: str) -> None:
        """End it because the server stops."""
        ...

    def cut(self, why: str = "") -> None:
        """Cut it off, and count why."""
        ...


@dataclass(slots=True)
class House:
    """The desk, the door and the books.

    Args:
        desk: takes the sides of calls.
        admission: decides who comes in.
        report: takes a sentence for the log.
    """

    desk: CallDesk
    admission: Admission
    report: Callable[[str], None]
    metrics: FrontMetrics = field(default_factory=FrontMetrics)
    connections: set[Guest] = field(default_factory=set)
    _lines: int = 0
    _screens: set[asyncio.Task[None]] = field(default_factory=set)

    def platform_line(self, dialect: Dialect, send: Callable[[Send | Close], None]) -> PlatformLine:
        """Make the line of a platform."""
        return PlatformLine(self._name(dialect.name), dialect, self.desk, send, self.metrics, self.report)

    def screen_line(self, agent: str, send: Callable[[Send | Close], None]) -> ScreenLine:
        """Make the line of a screen, and serve it."""
        line = ScreenLine(self._name("screen"), send)
        task = asyncio.get_running_loop().create_task(self._watch(agent, line, send))
        self._screens.add(task)
        task.add_done_callback(self._screens.discard)
        return line

    def _name(self, kind: str) -> str:
        self._lines += 1
        return f"{kind}-{self._lines}"

    async def _watch(self, agent: str, line: ScreenLine, send: Callable[[Send | Close], None]) -> None:
        with suppress(ConnectionError):
            await self.desk.watch(agent, line)
        send(Close())

"""The front, from its sockets to its end."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial

from monitor.serve.call_desk import CallDesk
from monitor.serve.front.admission import Admission
from monitor.serve.front.connection import Connection
from monitor.serve.front.door import Door, listen
from monitor.serve.front.house import House, now_ns
from monitor.serve.front.options import FrontOptions
from monitor.serve.front.secret_file import Secrets
from monitor.serve.front.tcp_line import TcpLine

TICK_S = 0.5
GOODBYE_S = 1.0
"""Time for platforms to close after they were told that the server stops."""


@dataclass(frozen=True, slots=True)
class Ports:
    """Where the front listens."""

    web: int
    audiosocket: int | None


@asynccontextmanager
async def front(
    options: FrontOptions, secrets: Secrets, desk: CallDesk, report: Callable[[str], None]
) -> AsyncIterator[Ports]:
    """Serve meanwhile.

    Args:
        options: of the front.
        secrets: who is known.
        desk: takes the sides of calls.
        report: takes a sentence for the log; it holds no words and no tokens.

    Raises:
        ServeError: an address is taken or open to others, or the certificate cannot be used.
    """
    options.check()
    tls = options.tls_context()
    house = House(desk, Admission(secrets, options), report)
    door = Door(house.metrics)
    listeners = [listen(options.listen)]
    try:
        if options.audiosocket:
            listeners.append(listen(options.audiosocket))
        doors = [door.accept(listeners[0], partial(Connection, house), tls)]
        if options.audiosocket:
            doors.append(door.accept(listeners[1], partial(TcpLine, house, answer=options.answer_silence), None))
        tasks = [asyncio.create_task(work) for work in (*doors, _tick(house))]
        try:
            web, *rest = [_port(listener) for listener in listeners]
            yield Ports(web, rest[0] if rest else None)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await _say_goodbye(house)
    finally:
        for listener in listeners:
            listener.close()


async def _tick(house: House) -> None:
    while True:
        await asyncio.sleep(TICK_S)
        at_ns = now_ns()
        for connection in list(house.connections):
            connection.tick(at_ns)


async def _say_goodbye(house: House) -> None:
    for connection in list(house.connections):
        connection.end("The server stops.")
    for _ in range(20):
        if not house.connections:
            return
        await asyncio.sleep(GOODBYE_S / 20)
    for connection in list(house.connections):
        connection.cut()
    await asyncio.sleep(0)


def _port(listener: socket.socket) -> int:
    return int(listener.getsockname()[1])

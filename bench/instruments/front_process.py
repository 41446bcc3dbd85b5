"""A front of the server in a process of its own: `python -m bench.instruments.front_process SECONDS`.

It prints its port, takes whatever comes, packs it for a worker as the desk does, and prints the CPU it took.
"""

import asyncio
import json
import os
import resource
import sys
from http import HTTPStatus

from monitor.serve.call_desk import Answer, Line, Refusal, Screen
from monitor.serve.front.front import front
from monitor.serve.front.options import Address, FrontOptions
from monitor.serve.front.secret_file import Secrets
from monitor.serve.records import pack
from monitor.serve.signals import SideBegins, Signal

TOKEN = "a-token-of-the-bench"  # noqa: S105 - of this machine, while the bench runs
FLUSH_S = 0.1


class PackingDesk:
    """Takes every call and hands over what comes, to nobody."""

    def __init__(self) -> None:
        self.waiting = bytearray()
        self.taken = 0

    def room(self, call: str) -> Refusal | None:
        """Always."""
        del call
        return None

    def expects(self, call: str) -> bool:
        """Every call."""
        del call
        return True

    def begin(self, line: Line, side: SideBegins) -> Refusal | None:
        """Take a side."""
        self.take(line, side)
        return None

    def take(self, line: Line, signal: Signal) -> None:
        """Pack what follows."""
        del line
        self.taken += 1
        self.waiting += pack(1, signal.side, signal)

    def change(self, call: str, body: bytes) -> Answer:
        """Change nothing."""
        del call, body
        return Answer(HTTPStatus.OK, b"{}")

    def calls(self) -> Answer:
        """None."""
        return Answer(HTTPStatus.OK, b"[]")

    def health(self) -> tuple[bool, int, int]:
        """Always ready."""
        return True, 0, 1

    def metrics(self) -> bytes:
        """None."""
        return b""

    async def watch(self, agent: str, screen: Screen) -> None:
        """Show nothing."""
        del agent, screen


async def _main(seconds: float) -> None:
    desk = PackingDesk()
    options = FrontOptions(Address("127.0.0.1", 0), Address("127.0.0.1", 0))
    with open(os.devnull, "wb", buffering=0) as nobody:  # noqa: PTH123, ASYNC230 - it takes no time
        async with front(options, Secrets(platforms={"bench": TOKEN}), desk, print) as ports:
            print(json.dumps({"web": ports.web, "audiosocket": ports.audiosocket}), flush=True)
            loop = asyncio.get_running_loop()
            while not desk.taken:  # noqa: ASYNC110 - until the clients are there
                await asyncio.sleep(FLUSH_S)
            before, taken, until_s = _cpu_s(), desk.taken, loop.time() + seconds
            while loop.time() < until_s:
                await asyncio.sleep(FLUSH_S)
                nobody.write(desk.waiting)
                desk.waiting.clear()
            print(json.dumps({"cpu_s": _cpu_s() - before, "messages": desk.taken - taken}), flush=True)


def _cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    asyncio.run(_main(float(sys.argv[1])))

"""A desk that writes down what the front hands over."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from unittest.mock import patch

from monitor.serve.call_desk import Answer, Line, Refusal, Screen
from monitor.serve.front import connection
from monitor.serve.front import front as front_module
from monitor.serve.front.front import Ports
from monitor.serve.front.options import Address, FrontOptions
from monitor.serve.front.secret_file import Secrets
from monitor.serve.signals import SideBegins, SideEnds, Signal, Sound

TOKEN = "a-token-of-the-pbx"  # noqa: S105 - of tests
ADMIN = "a-token-of-the-admin"
SAM = "a-token-of-sam-s-screen"
KEY_SECRET = b"the secret of an AudioHook key"
SECRETS = Secrets(
    admin=ADMIN,
    platforms={"pbx": TOKEN},
    audiohook={"key": "dGhlIHNlY3JldCBvZiBhbiBBdWRpb0hvb2sga2V5", "unsigned": ""},
    twilio_auth_token="twilio's auth token",  # noqa: S106 - of tests
    agents={"sam": SAM},
)
BASIC_ADMIN = {"Authorization": f"Bearer {ADMIN}"}


@dataclass
class Desk:
    """Takes what it has room for."""

    announced: set[str] = field(default_factory=set)
    full: bool = False
    begun: list[SideBegins] = field(default_factory=list)
    signals: list[tuple[str, Signal]] = field(default_factory=list)
    lines: dict[str, Line] = field(default_factory=dict)
    places: dict[tuple[str, str], tuple[str, int]] = field(default_factory=dict)
    changes: list[tuple[str, bytes]] = field(default_factory=list)
    screens: list[tuple[str, str]] = field(default_factory=list)

    def room(self, call: str) -> Refusal | None:
        full = self.full and call not in {one.call for one in self.begun}
        return Refusal("full", "All 8 places are taken.") if full else None

    def expects(self, call: str) -> bool:
        return call in self.announced

    def begin(self, line: Line, side: SideBegins) -> Refusal | None:
        if (side.call, side.role) in {(one.call, one.role) for one in self.begun} and side.role:
            return Refusal("second connection", "This side has a connection already.")
        if refusal := self.room(side.call):
            return refusal
        self.begun.append(side)
        self.lines[line.name] = line
        self.places[side.call, side.role] = line.name, side.side
        return None

    def take(self, line: Line, signal: Signal) -> None:
        self.signals.append((line.name, signal))

    def change(self, call: str, body: bytes) -> Answer:
        self.changes.append((call, body))
        return Answer(HTTPStatus.OK, b"{}")

    def calls(self) -> Answer:
        return Answer(HTTPStatus.OK, b"[]")

    def health(self) -> tuple[bool, int, int]:
        return True, len(self.begun), 8

    def metrics(self) -> bytes:
        return b"# HELP calls\n"

    async def watch(self, agent: str, screen: Screen) -> None:
        await screen.send(f"hello {agent}")
        while True:
            self.screens.append((agent, await screen.receive()))

    def sound(self, call: str, role: str) -> bytes:
        """All sound of a side."""
        where = self.places[call, role]
        return b"".join(
            one.samples for name, one in self.signals if isinstance(one, Sound) and (name, one.side) == where
        )

    def ends(self) -> list[SideEnds]:
        """How sides ended."""
        return [one for _, one in self.signals if isinstance(one, SideEnds)]


@dataclass
class Running:
    """A front that runs."""

    ports: Ports
    desk: Desk
    said: list[str]

    def url(self, path: str) -> str:
        """An address of it."""
        return f"ws://127.0.0.1:{self.ports.web}{path}"

    async def until(self, true: Callable[[], object], what: str) -> None:
        """Wait until something is true."""
        for _ in range(3000):
            if true():
                return
            await asyncio.sleep(0.01)
        raise AssertionError(f"It still is not so that {what}: {self.said}, {self.desk.signals[-3:]}")

    async def request(self, head: str, body: bytes = b"", **headers: str) -> tuple[int, str]:
        """Ask for a page over plain HTTP."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.ports.web)
        lines = {"Host": f"127.0.0.1:{self.ports.web}", "Content-Length": str(len(body)), **headers}
        text = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        writer.write(f"{head} HTTP/1.1\r\n{text}\r\n".encode() + body)
        got = (await reader.read()).decode()
        writer.close()
        return int(got.split()[1]), got.partition("\r\n\r\n")[2]


@asynccontextmanager
async def running(desk: Desk | None = None, **more: object) -> AsyncIterator[Running]:
    """Run a front on ports of its own."""
    options: Mapping[str, object] = {"listen": Address("127.0.0.1", 0), "audiosocket": Address("127.0.0.1", 0), **more}
    desk, said = desk or Desk(), []
    with patch.object(connection, "DENIED_AFTER_S", 0.01), patch.object(front_module, "TICK_S", 0.02):
        async with front_module.front(FrontOptions(**options), SECRETS, desk, said.append) as ports:  # type: ignore[arg-type]
            yield Running(ports, desk, said)

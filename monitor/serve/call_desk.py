"""What the front asks of the calls, and what the calls may ask of a connection.

Everything here happens in the front process, on its event loop. Methods without `async` return at once: they start no
model, read no file and wait for no worker.
"""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Literal, Protocol

from monitor.serve.signals import SideBegins, Signal

WhyRefused = Literal["full", "second connection", "unknown call", "stopping", "rate", "bad request"]
"""Also the label of the metric of refusals."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A call, or a side of it, is not taken."""

    why: WhyRefused
    sentence: str
    """One full sentence for the platform's log and ours; says nothing about another call."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a request over HTTP."""

    status: HTTPStatus
    body: bytes
    """JSON."""


class Line(Protocol):
    """A connection of the platform. Its methods may be called at any time, also after it has ended."""

    name: str
    """Unique among the connections of this process, such as `audiohook-17`; for logs."""

    def pause(self) -> bool:
        """Ask the platform to stop sending (AudioHook); False if it has no such request."""
        ...

    def resume(self) -> bool:
        """Ask the platform to send again; False if it has no such request."""
        ...

    def end(self, why: str) -> None:
        """End the connection in the platform's own way; signals of it may still come until its sides end."""
        ...


class Screen(Protocol):
    """An agent's screen at her desk, connected and authenticated."""

    async def send(self, message: str) -> None:
        """Send a text message; raises ConnectionError once the screen is gone."""
        ...

    async def receive(self) -> str:
        """Give the next text message of at most 4 KiB; raises ConnectionError once the screen is gone."""
        ...


class CallDesk(Protocol):
    """Pairs sides to calls, and calls to workers."""

    def room(self, call: str) -> Refusal | None:
        """Whether a call may begin.

        Args:
            call: its id, or empty if the platform says it later. A call that is in progress, or that ended less than a
                minute ago, always has room.
        """
        ...

    def expects(self, call: str) -> bool:
        """Whether a call was announced over HTTP; only announced calls may begin over AudioSocket."""
        ...

    def begin(self, line: Line, side: SideBegins) -> Refusal | None:
        """Take a side. After a refusal nothing more about this side is handed over."""
        ...

    def take(self, line: Line, signal: Signal) -> None:
        """Take anything that follows on a side that was taken. Each such side gets exactly one `SideEnds`."""
        ...

    def change(self, call: str, body: bytes) -> Answer:
        """Answer `POST /calls/ID`: the front has authenticated it and limited `body` to 16 KiB."""
        ...

    def calls(self) -> Answer:
        """Answer `GET /calls`."""
        ...

    def health(self) -> tuple[bool, int, int]:
        """Whether a worker is ready, the number of calls, and the greatest number."""
        ...

    def metrics(self) -> bytes:
        """Give the calls' metrics as Prometheus text; the front appends its own."""
        ...

    async def watch(self, agent: str, screen: Screen) -> None:
        """Serve an agent's screen until it is gone. The front has authenticated it as hers."""
        ...

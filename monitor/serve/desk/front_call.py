"""A call as the front sees it: its sides, its worker, and what is known of it."""

from dataclasses import dataclass, field, replace

from monitor.serve.call_desk import Line
from monitor.serve.desk.worker_handle import WorkerHandle
from monitor.serve.orders import CallBegins, CallChanges, CallEnds, Order, ScreenWatches
from monitor.serve.signals import SideBegins, Signal

CUSTOMER, AGENT = 0, 1
"""The sides of a call, as records number them."""


@dataclass(slots=True)
class FrontSide:
    """A side that has, or had, a connection."""

    line: Line
    begins: SideBegins
    connected: bool = True
    over: bool = False
    """Whether the platform said that it is over."""


@dataclass(slots=True)
class FrontCall:
    """One call; every method returns at once."""

    number: int
    begins: CallBegins
    """As it is known now: what another worker would begin with."""
    worker: WorkerHandle
    sides: dict[int, FrontSide] = field(default_factory=dict)
    on_hold: bool = False
    watched: bool = False
    alone_since_s: float | None = None
    """Since when it has no connection."""
    ended: bool = False

    @property
    def is_connected(self) -> bool:
        """Whether any side has a connection."""
        return any(side.connected for side in self.sides.values())

    @property
    def is_over(self) -> bool:
        """Whether the platform said that all sides are over."""
        return all(side.over and not side.connected for side in self.sides.values())

    @property
    def told(self) -> dict[str, object]:
        """What `GET /calls` says of it."""
        sides = [
            {"side": "agent" if number == AGENT else "customer", "connected": side.connected}
            for number, side in sorted(self.sides.items())
        ]
        begins = self.begins
        return {
            "call": begins.id,
            "agent": begins.agent,
            "hold": self.on_hold,
            "folder": begins.folder,
            "sides": sides,
        }

    def put(self, side: int, what: Signal | Order) -> None:
        """Pass something on to its worker."""
        self.worker.put(self.number, side, what)

    def change(self, changes: CallChanges) -> None:
        """Pass on what has changed, and remember it for the next worker."""
        self.begins = replace(
            self.begins,
            agent=self.begins.agent if changes.agent is None else changes.agent,
            customer_id=self.begins.customer_id if changes.customer_id is None else changes.customer_id,
            consent=self.begins.consent if changes.consent is None else changes.consent,
        )
        self.on_hold = self.on_hold if changes.hold is None else changes.hold
        self.put(0, changes)

    def watch(self, at_ns: int, *, on: bool) -> None:
        """Let the worker report events for a screen, or no more."""
        if on != self.watched:
            self.watched = on
            self.put(0, ScreenWatches(at_ns, on))

    def move(self, worker: WorkerHandle, at_ns: int) -> None:
        """Give it to another worker, which continues it from now on."""
        self.worker = worker
        self.put(0, replace(self.begins, at_ns=at_ns))
        for number, side in self.sides.items():
            if side.connected:
                self.put(number, replace(side.begins, at_ns=at_ns))
        # The log of the call may not have the last of these.
        self.put(0, CallChanges(at_ns, agent=self.begins.agent, hold=self.on_hold))
        if self.watched:
            self.put(0, ScreenWatches(at_ns, on=True))

    def end(self, at_ns: int, *, broken: bool) -> None:
        """Let the worker end it."""
        self.ended = True
        self.put(0, CallEnds(at_ns, broken))

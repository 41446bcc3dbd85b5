"""Where on the broker each message goes. Each topic names the login that may write it, so that an ACL can hold it.

tone/desks/TEAM/LOGIN/PROGRAM                       a desk or server is connected (retained; its last will)
tone/calls/TEAM/LOGIN/PROGRAM/CALL/state            a call in progress (retained; cleared at its end)
tone/calls/TEAM/LOGIN/PROGRAM/CALL/detail           more about a call that is followed
tone/orders/TEAM/LOGIN/PROGRAM/CALL/SUPERVISOR      what a supervisor does with a call
tone/walls/SUPERVISOR/PROGRAM                       a wall is open (retained)
"""

from dataclasses import dataclass
from hashlib import sha256
from typing import Literal

NO_NAME = "-"
"""Stands for an empty name: a level of a topic is never empty."""
ANY, REST = "+", "#"

Part = Literal["state", "detail", "probe"]


@dataclass(frozen=True, slots=True, order=True)
class Desk:
    """A program that publishes calls: one desk, or one server."""

    team: str
    login: str
    """At the broker."""
    program: str
    """Drawn at random, so that two programs with one login stay apart."""

    @property
    def presence(self) -> str:
        """The topic that says whether it is connected."""
        return f"tone/desks/{self._levels}"

    @property
    def orders(self) -> str:
        """Subscribes to what supervisors do with its calls."""
        return f"tone/orders/{self._levels}/{REST}"

    @property
    def _levels(self) -> str:
        return "/".join((level(self.team), level(self.login), self.program))


@dataclass(frozen=True, slots=True, order=True)
class OnDesk:
    """A call on a desk."""

    desk: Desk
    call: str
    """Drawn at random."""

    def topic(self, part: Part) -> str:
        """Where the desk publishes."""
        return f"tone/calls/{self.desk._levels}/{self.call}/{part}"  # noqa: SLF001 - of the same module

    def order(self, supervisor: str) -> str:
        """Where a supervisor's orders go."""
        return f"tone/orders/{self.desk._levels}/{self.call}/{level(supervisor)}"  # noqa: SLF001 - same


WALLS = f"tone/walls/{REST}"
"""Subscribes to the walls that are open."""


def wall(supervisor: str, program: str) -> str:
    """The topic that says that a wall is open."""
    return f"tone/walls/{level(supervisor)}/{program}"


def call_name(id_: str) -> str:
    """A call's name on the wall where a telephone system gave it an id, which may hold a telephone number."""
    return sha256(id_.encode()).hexdigest()[:16]


def level(name: str) -> str:
    """A name as a level of a topic; what no topic may have becomes a line."""
    return "".join("_" if sign in "+#/\0" else sign for sign in name.strip()) or NO_NAME


def desks_of(team: str) -> tuple[str, str]:
    """Subscribes to the desks and the calls of a team; of all teams if it is empty."""
    wanted = level(team) if team else ANY
    return f"tone/desks/{wanted}/{REST}", f"tone/calls/{wanted}/{REST}"


def desk_of(topic: str) -> Desk | None:
    """The desk that a topic of presence names."""
    match topic.split("/"):
        case ["tone", "desks", team, login, program]:
            return Desk(_name(team), login, program)
        case _:
            return None


def call_of(topic: str) -> tuple[OnDesk, str] | None:
    """The call that a topic names, and the part of it."""
    match topic.split("/"):
        case ["tone", "calls", team, login, program, call, part]:
            return OnDesk(Desk(_name(team), login, program), call), part
        case _:
            return None


def order_of(topic: str) -> tuple[str, str] | None:
    """The call that an order is for, and the supervisor who gives it."""
    match topic.split("/"):
        case ["tone", "orders", _, _, _, call, supervisor]:
            return call, supervisor
        case _:
            return None


def _name(level_: str) -> str:
    return "" if level_ == NO_NAME else level_

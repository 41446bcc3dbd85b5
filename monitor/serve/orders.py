"""What the front tells a worker besides what the platforms say, and what the worker reports."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import msgspec

from monitor.wall.topics import Part
from monitor.wall.wall_messages import Does

ScreenDoes = Literal["dismiss", "wrong", "seen", "flag", "snooze", "pause", "help", "share", "end"]


@dataclass(frozen=True, slots=True)
class CallBegins:
    """The worker gets a call. Its sides follow."""

    at_ns: int
    id: str
    """The platform's."""
    origin_ns: int
    """Media time 0 of the call."""
    dialect: str
    agent: str = ""
    customer_id: str = ""
    consent: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)
    folder: str = ""
    """Where a call is kept that another worker had before; empty for a new call."""


@dataclass(frozen=True, slots=True)
class Tick:
    """Everything that was read from the sockets up to here has been passed on."""

    at_ns: int


@dataclass(frozen=True, slots=True)
class CallChanges:
    """What is known of a call has changed; None for what has not."""

    at_ns: int
    agent: str | None = None
    customer_id: str | None = None
    consent: str | None = None
    hold: bool | None = None


@dataclass(frozen=True, slots=True)
class CallEnds:
    """The call is over."""

    at_ns: int
    broken: bool = False
    """Whether its sides vanished without saying so."""


@dataclass(frozen=True, slots=True)
class ScreenSays:
    """The agent pressed a key, or her screen has shown a prompt."""

    at_ns: int
    do: ScreenDoes
    rule: str = ""
    """Of the prompt."""
    since_s: float = 0.0
    minutes: float | None = None


@dataclass(frozen=True, slots=True)
class ScreenWatches:
    """Whether anybody looks at the call: only then are its events reported."""

    at_ns: int
    on: bool


@dataclass(frozen=True, slots=True)
class WallOrder:
    """A supervisor does something with the call."""

    at_ns: int
    do: Does
    by: str


@dataclass(frozen=True, slots=True)
class WallReach:
    """Who can be reached on the wall now; of no call."""

    at_ns: int
    wall: Literal["none", "away", "connected"]
    walls: int


Order = CallBegins | Tick | CallChanges | CallEnds | ScreenSays | ScreenWatches | WallOrder | WallReach


class Ready(msgspec.Struct, tag="ready", frozen=True):
    """The worker has loaded everything."""


class CallOpen(msgspec.Struct, tag="open", frozen=True):
    """The call is being measured."""

    call: int
    folder: str
    """Empty if the call is not kept."""


class CallClosed(msgspec.Struct, tag="closed", frozen=True):
    """All of the call is written."""

    call: int
    failure: str = ""
    """A full sentence if it could not be written, or not measured."""


class Shown(msgspec.Struct, tag="shown", frozen=True):
    """An event for the agent's screen."""

    call: int
    event: msgspec.Raw


class OnWall(msgspec.Struct, tag="wall", frozen=True):
    """A part of a call for the wall."""

    call: str
    """Its name there."""
    part: Part
    payload: str
    certain: bool
    """Whether it must arrive."""


class Alive(msgspec.Struct, tag="alive", frozen=True):
    """How the worker is doing, once a second."""

    at_ns: int
    """Of the last tick."""
    delays_s: list[float]
    """How long after they were heard sounds were measured, since the last report."""
    late: int
    """Packets so far that came after their place was given up."""
    gap_s: float
    """Lost sound so far."""


Report = Ready | CallOpen | CallClosed | Shown | OnWall | Alive

"""What desks and walls send each other: numbers and flags, in JSON. No field of a call's state holds words of it."""

from typing import Annotated, Literal, TypeVar

import msgspec

from monitor.base.errors import MonitorError
from monitor.settings.consent import ConsentStatus
from rules.model import Severity

VERSION = 1
LARGEST_BYTES = 65_536
"""The largest message that is read."""

Name = Annotated[str, msgspec.Meta(max_length=200)]
Does = Literal["take", "release", "follow", "unfollow"]


class WallMessageError(MonitorError):
    """A message on the wall's topics is not ours, or of another version; the message is a sentence."""


class _Message(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    v: int = 0
    """Version of the messages; another one is not read."""


Kind = TypeVar("Kind", bound=_Message)


class CallState(_Message, frozen=True, kw_only=True):
    """A call in progress."""

    agent: Name
    at_s: float
    """Time of the call; of two states, the one with the later time is newer."""
    severity: Severity | None = None
    """Of the worst flag in force."""
    rule: Name = ""
    """Its rule."""
    title: Name = ""
    """What the rule is called on the agent's screen; empty from desks with an older program."""
    since_s: float = 0.0
    """When it was raised, in the time of the call."""
    safety: bool = False
    """Whether a rule about safety fired and nobody has taken care of the call since."""
    prompts: int = 0
    """Prompts that were shown so far."""
    level_over_db: float | None = None
    """The agent's volume over the usual."""
    rate_over_pct: float | None = None
    """The agent's rate over the usual."""
    behind_s: float = 0.0
    """How far measuring or words are behind the sound."""
    recording: Literal["on", "off", "paused"] = "off"
    consent: ConsentStatus = "unknown"
    hold: bool = False
    played: bool = False
    """Whether it is a recording that is played."""
    trouble: Name = ""
    """The part that has a problem, such as "microphone"."""
    help_s: float | None = None
    """When the agent asked for a supervisor; None once somebody takes care, or it is withdrawn."""
    taken_by: Name = ""
    """The supervisor who takes care."""
    followed_by: tuple[Name, ...] = ()
    """The supervisors who follow."""


class Moment(msgspec.Struct, frozen=True, omit_defaults=True):
    """Something that happened in a call that is followed."""

    at_s: float
    kind: Literal["flag", "prompt", "agent", "customer"]
    """A rule fired; a prompt was shown; words of a speaker."""
    text: Annotated[str, msgspec.Meta(max_length=2000)]
    """The title of the rule, or the words."""
    severity: Severity | None = None


class CallDetail(_Message, frozen=True, kw_only=True):
    """More about a call, while it is followed."""

    at_s: float
    talk_s: dict[Literal["agent", "customer"], float]
    """How long each has spoken."""
    moments: tuple[Moment, ...] = ()
    """The last ones."""
    words: bool = False
    """Whether the words are among them."""


class Presence(_Message, frozen=True, kw_only=True):
    """A desk, a server or a wall is connected, or has gone without a goodbye."""

    gone: bool = False
    team: Name = ""
    """The team that a wall shows; empty for all."""


class Order(_Message, frozen=True, kw_only=True):
    """What a supervisor does with a call."""

    do: Does


def encoded(message: _Message) -> bytes:
    """The message as it is sent."""
    return msgspec.json.encode(msgspec.structs.replace(message, v=VERSION))


def decoded(payload: bytes, kind: type[Kind]) -> Kind:
    """Read a message.

    Raises:
        WallMessageError: it is not one of ours, or of a newer version.
    """
    if len(payload) > LARGEST_BYTES:
        raise WallMessageError(f"it has {len(payload)} bytes")
    try:
        version = msgspec.json.decode(payload, type=_Message).v
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise WallMessageError("it is not a message of Tone Monitor") from error
    if version != VERSION:
        raise WallMessageError(f"it has version {version}, and this program reads version {VERSION}")
    try:
        return msgspec.json.decode(payload, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise WallMessageError("it is not a message of Tone Monitor") from error

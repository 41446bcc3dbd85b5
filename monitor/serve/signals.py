"""What the platforms say about a call, whatever their dialect.

A connection carries one side of a call or two. Its sides are numbered from 0 in the order in which they begin, and the
number means nothing beyond the connection. All times are nanoseconds on the clock of `audio.devices.streams.clock_s`,
taken when the last byte of the message was read from the socket, before any queue.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Role = Literal["agent", "customer", ""]
"""Who speaks on a side; empty if the platform does not say."""


@dataclass(frozen=True, slots=True)
class SideBegins:
    """A side of a call has a connection. Sound of it follows, or nothing yet: a silent side may send nothing."""

    side: int
    """Its number on this connection."""
    call: str
    """The platform's id of the call, such as its callSid or conversationId. Sides with the same id are one call."""
    role: Role
    rate_hz: int
    """Of the samples that follow: 8000 to 48000."""
    numbered: bool
    """Whether its sound carries `Sound.first_sample`; if not, sound is placed by its time of arrival."""
    at_ns: int
    dialect: str
    """The platform: "asterisk", "audiosocket", "twilio", "audiohook" or "l16"; for logs and metrics."""
    agent: str = ""
    """The agent's name, if the platform says it."""
    customer_id: str = ""
    consent: str = ""
    """As the platform says it: "given", "refused" or another text of the settings' consent; empty if it does not."""
    language: str = ""
    """As in `en-US`; empty if the platform does not say."""
    attributes: Mapping[str, str] = field(default_factory=dict)
    """Further parameters of the platform, at most 32 of 256 characters."""


@dataclass(frozen=True, slots=True)
class Sound:
    """A piece of sound of a side. The dialect has decoded it, but neither reordered nor deduplicated it."""

    side: int
    samples: bytes
    """16-bit little-endian samples, mono, at the side's rate; never empty, always whole samples."""
    at_ns: int
    """When it arrived, which is after its last sample was spoken."""
    first_sample: int | None = None
    """The position of its first sample, counted from the beginning of the connection's media. Sides of one connection
    share this count. None where the dialect has no numbers."""
    number: int | None = None
    """Its place among the messages with sound of its side, where the platform numbers them: a missing one is lost."""


@dataclass(frozen=True, slots=True)
class Discarded:
    """The platform threw this sound away, or held it back while it was paused; it will never come."""

    side: int
    first_sample: int
    samples: int
    at_ns: int


@dataclass(frozen=True, slots=True)
class Paused:
    """The platform stopped sending, because of card data or because it was asked to. It is no dead air and no loss."""

    side: int
    at_ns: int


@dataclass(frozen=True, slots=True)
class Resumed:
    """The platform sends again after a pause."""

    side: int
    at_ns: int


@dataclass(frozen=True, slots=True)
class KeysPressed:
    """A key was pressed on a side's telephone. Which one is read from the message and forgotten."""

    side: int
    at_ns: int


@dataclass(frozen=True, slots=True)
class SideEnds:
    """Nothing more of a side comes on this connection.

    The platform may continue the call on another connection with the same id, unless `call_over`.
    """

    side: int
    at_ns: int
    call_over: bool
    """Whether the platform says that the call, or this side of it, is over. False if only the connection broke off."""
    why: str = ""
    """A short phrase for logs; never words of the call, never a token."""


Signal = SideBegins | Sound | Discarded | Paused | Resumed | KeysPressed | SideEnds

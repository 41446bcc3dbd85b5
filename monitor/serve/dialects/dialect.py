"""What every dialect has in common."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from monitor.base.errors import MonitorError
from monitor.serve.signals import Signal

NORMAL = 1000
REFUSED = 1008
TRY_LATER = 1013


class DialectError(MonitorError):
    """The platform sent something that cannot be used; the message is a full sentence without words or secrets."""


class UnknownCallError(DialectError):
    """The platform brings a call that nobody announced."""


@dataclass(frozen=True, slots=True)
class Send:
    """A message for the platform: text, or bytes where the dialect has no text."""

    message: str | bytes


@dataclass(frozen=True, slots=True)
class Close:
    """End the connection."""

    code: int = NORMAL
    """Of RFC 6455, section 7.4; means nothing over plain TCP."""
    why: str = ""


Step = Signal | Send | Close


class Dialect(Protocol):
    """One connection of a platform. What reads a message may raise DialectError, also while its steps are taken.

    Steps are taken in their order, and none of them after a side that is refused.
    """

    name: str
    """As in `SideBegins.dialect`."""
    close_is_end: bool
    """Whether a side is over once the platform closes its connection as it should."""

    def text(self, message: str, at_ns: int) -> Iterable[Step]:
        """Read a text message."""
        ...

    def binary(self, message: bytes, at_ns: int) -> Iterable[Step]:
        """Read a binary message; over plain TCP, any piece of the stream."""
        ...

    def refuse(self, sentence: str, *, later: bool) -> Iterable[Step]:
        """Say that nothing is taken, as the platform wants to hear it.

        Args:
            sentence: why.
            later: whether another try may succeed.
        """
        ...

    def pause(self) -> Iterable[Step]:
        """Ask the platform to send nothing; gives nothing if it has no such request."""
        ...

    def resume(self) -> Iterable[Step]:
        """Ask the platform to send again; gives nothing if it has no such request."""
        ...

    def end(self, why: str) -> Iterable[Step]:
        """End the connection in the platform's own way."""
        ...


class OneWay:
    """A dialect in which nothing is ever said to the platform but that the connection ends."""

    def refuse(self, sentence: str, *, later: bool) -> Iterable[Step]:
        """Close, with the sentence as the reason."""
        return [Close(TRY_LATER if later else REFUSED, sentence)]

    def pause(self) -> Iterable[Step]:
        """Give nothing: there is no such request."""
        return []

    def resume(self) -> Iterable[Step]:
        """Give nothing: there is no such request."""
        return []

    def end(self, why: str) -> Iterable[Step]:
        """Close."""
        return [Close(NORMAL, why)]

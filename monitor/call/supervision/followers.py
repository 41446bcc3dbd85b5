"""Who followed a call live on the wall, from when to when."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from monitor.call.supervision.supervisor_events import SupervisorAction


@dataclass(frozen=True, slots=True)
class Follower:
    """Somebody who followed a call for a time, in the time of the call."""

    by: str
    """Name of the supervisor."""
    start_s: float
    end_s: float


def followers(actions: Iterable[SupervisorAction], ends_s: float) -> Iterator[Follower]:
    """Each time that somebody followed a call; without an end, it was until the call's.

    Args:
        actions: of supervisors, in order.
        ends_s: when the call ended.
    """
    since: dict[str, float] = {}
    for action in actions:
        if action.does == "follows":
            since.setdefault(action.by, action.at_s)
        elif action.does == "stops following" and action.by in since:
            yield Follower(action.by, since.pop(action.by), action.at_s)
    for by, start_s in since.items():
        yield Follower(by, start_s, max(ends_s, start_s))

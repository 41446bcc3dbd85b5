"""Moves the times of events from the clock of a part of a call to the clock of the call."""

import dataclasses
from collections.abc import Callable, Hashable
from functools import cache
from typing import Any, TypeVar, cast

STARTS = {"start_s", "since_s"}
ENDS = {"end_s", "at_s", "until_s", "known_s"}

Event = TypeVar("Event")


def moved(event: Event, starts: Callable[[float], float], ends: Callable[[float], float]) -> Event:
    """The event on the other clock.

    Args:
        event: a frozen dataclass, which may hold others.
        starts: gives the new time of a beginning.
        ends: gives the new time of an end.
    """
    changes: dict[str, Any] = {}
    for name in _names(cast("Hashable", type(event))):
        value = getattr(event, name)
        if name in STARTS and value is not None:
            changes[name] = round(starts(value), 6)
        elif name in ENDS and value is not None:
            changes[name] = round(ends(value), 6)
        elif isinstance(value, tuple):
            changes[name] = tuple(_inner(one, starts, ends) for one in value)
        elif dataclasses.is_dataclass(value):
            changes[name] = _inner(value, starts, ends)
    return dataclasses.replace(event, **changes) if changes else event  # type: ignore[type-var]


def _inner(value: Any, starts: Callable[[float], float], ends: Callable[[float], float]) -> Any:  # noqa: ANN401 - any field
    return moved(value, starts, ends) if dataclasses.is_dataclass(value) else value


@cache
def _names(kind: Hashable) -> tuple[str, ...]:
    return tuple(field.name for field in dataclasses.fields(kind))  # type: ignore[arg-type]

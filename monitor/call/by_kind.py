"""The events of a call, sorted by their type."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

Kind = TypeVar("Kind")


@dataclass(frozen=True, slots=True, eq=False)
class ByKind:
    """Events by their type, each type in its order."""

    _found: Mapping[type, list[Any]] = field(repr=False)

    def of(self, kind: type[Kind]) -> Sequence[Kind]:
        """All events of one kind."""
        return self._found.get(kind, ())

    def replaced(self, kind: type[Kind], events: Iterable[Kind]) -> "ByKind":
        """The same with other events of one kind."""
        return ByKind({**self._found, kind: list(events)})


def by_kind(events: Iterable[object]) -> ByKind:
    """Sort events by their type: once, as a call of an hour has a hundred thousand."""
    found: defaultdict[type, list[Any]] = defaultdict(list)
    for event in events:
        found[type(event)].append(event)
    return ByKind(found)

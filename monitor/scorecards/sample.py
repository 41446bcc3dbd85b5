"""A fair draw of calls to score: by a hash of the seed and the call's id, so that nothing about the call decides."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from monitor.base.counts import count

Per = Literal["agent", "day", "week"]


@dataclass(frozen=True, slots=True)
class Draw:
    """What was drawn of one group of calls."""

    group: str
    """Such as an agent's name; empty for all calls."""
    of: int
    """Calls of the group."""
    drawn: tuple[str, ...]
    """Their ids, in alphabetical order."""


def draw(calls: Iterable[tuple[str, str]], size: int, seed: int) -> tuple[Draw, ...]:
    """Draw calls of each group, in the alphabetical order of the groups.

    The same calls are drawn in whatever order they come, and a call's chance does not depend on the others: the lowest
    hashes win.

    Args:
        calls: the group and the id of each.
        size: how many of each group; all, if it has fewer.
        seed: another seed draws others.
    """
    groups: dict[str, set[str]] = {}
    for group, call in calls:
        groups.setdefault(group, set()).add(call)
    return tuple(
        Draw(group, len(own), tuple(sorted(sorted(own, key=lambda call: _ticket(call, seed))[:size])))
        for group, own in sorted(groups.items())
    )


def told(draws: Iterable[Draw], seed: int) -> Iterator[str]:
    """What was drawn from how many, in sentences."""
    own = list(draws)
    drawn, of = sum(len(one.drawn) for one in own), sum(one.of for one in own)
    yield f"Drawn {drawn} of {count(of, 'call')} with seed {seed}; the same seed draws the same calls."
    if len(own) > 1:
        yield from (f"  {one.group}: {len(one.drawn)} of {one.of}" for one in own)


def _ticket(call: str, seed: int) -> bytes:
    return hashlib.sha256(f"{seed} {call}".encode()).digest()

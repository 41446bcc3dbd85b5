"""Accesses as sentences, for the agent whose call it was."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import groupby

from monitor.access.entries import Access, AccessKind
from monitor.base.clock import clock

_DONE: dict[AccessKind, str] = {
    "opened": "opened it",
    "followed": "followed it live",
    "played": "played it",
    "searched": "saw words of it in a search",
    "exported": "exported it",
    "reported": "wrote a report on it",
}
SOMEBODY = "Somebody"


def sentences(accesses: Iterable[Access]) -> Iterator[str]:
    """Say what each person did on each day: "Kim opened it on 2026-03-02 at 10:05, played 0:40–1:10, exported it."."""
    ordered = sorted(accesses, key=lambda one: (one.made[:10], one.by.casefold(), one.made))
    for (day, by), had in groupby(ordered, key=lambda one: (one.made[:10], one.by)):
        done = list(had)
        first, *others = _acts(done)
        when = f"on {day} at {_time(done[0])}"
        yield f"{by or SOMEBODY} {', '.join([f'{first} {when}', *others])}."


def _acts(done: Sequence[Access]) -> Iterator[str]:
    """What was done, each kind once, in the order in which it was first done."""
    for kind in dict.fromkeys(one.kind for one in done):
        parts = [(one.start_s, one.end_s) for one in done if one.kind == kind]
        known = _joined((start, end) for start, end in parts if start is not None and end is not None)
        part = ", ".join(f"{clock(start)}–{clock(end)}" for start, end in known)
        verb = _DONE[kind].removesuffix(" it")
        yield f"{verb} {part}" if part and len(known) and (None, None) not in parts else _DONE[kind]


def _joined(parts: Iterable[tuple[float, float]]) -> list[tuple[float, float]]:
    """Parts in order of time, those that overlap as one."""
    joined: list[tuple[float, float]] = []
    for start, end in sorted(parts):
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(joined[-1][1], end)
        else:
            joined.append((start, end))
    return joined


def _time(access: Access) -> str:
    try:
        return f"{datetime.fromisoformat(access.made):%H:%M}"
    except ValueError:
        return "an unknown time"

"""Who followed a call live on the wall, from the call's own log, as accesses to it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from monitor.access.entries import Access
from monitor.call.info import readable_info
from monitor.call.log import LogReader
from monitor.call.supervision.supervisor_events import SupervisorAction

_ACTION = b'{"event":"supervisor",'


def follows(folder: Path) -> tuple[Access, ...]:
    """Each time that somebody followed a call, from when to when; without an end, it was until the call's.

    Raises:
        CallFolderError: there is no log, or it cannot be read.
    """
    info = readable_info(folder)
    if info is None:
        return ()
    reader = LogReader(folder)
    lines = [line for line in (*reader.lines(), *reader.rest()) if line.startswith(_ACTION)]
    actions = [event for event in reader.events(lines) if isinstance(event, SupervisorAction)]
    return tuple(_follows(actions, info.started, info.duration_s))


def _follows(actions: list[SupervisorAction], started: datetime, ends_s: float) -> Iterator[Access]:
    since: dict[str, float] = {}
    for action in actions:
        if action.does == "follows":
            since.setdefault(action.by, action.at_s)
        elif action.does == "stops following" and action.by in since:
            yield _access(action.by, since.pop(action.by), action.at_s, started)
    for by, start_s in since.items():
        yield _access(by, start_s, max(ends_s, start_s), started)


def _access(by: str, start_s: float, end_s: float, started: datetime) -> Access:
    made = (started + timedelta(seconds=start_s)).isoformat(timespec="seconds")
    return Access("followed", by, made, round(start_s, 1), round(end_s, 1))

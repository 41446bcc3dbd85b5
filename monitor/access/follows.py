"""Who followed a call live on the wall, from the call's own log, as accesses to it."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from monitor.access.entries import Access
from monitor.call.info import readable_info
from monitor.call.log import LogReader
from monitor.call.supervision.followers import Follower, followers
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
    return tuple(_access(one, info.started) for one in followers(actions, info.duration_s))


def _access(follower: Follower, started: datetime) -> Access:
    made = (started + timedelta(seconds=follower.start_s)).isoformat(timespec="seconds")
    return Access("followed", follower.by, made, round(follower.start_s, 1), round(follower.end_s, 1))

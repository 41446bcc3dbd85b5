"""Notes by others on an agent's calls that the agent has not read yet.

Which are read is kept beside the agent's voice profile, not in the calls: nobody else has to know. It names calls and
times, and holds no words.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import msgspec

from monitor.base import atomic
from monitor.base.clock import clock
from monitor.base.counts import count
from monitor.base.errors import CallFolderError
from monitor.base.fold import fold
from monitor.call import find, marks
from monitor.call.coaching.answers import NOTED, own_parts
from monitor.call.events import Mark
from monitor.call.info import CallInfo, readable_info
from monitor.call.telephone.agent_parts import is_in
from monitor.setup import profile

NEW_FOR = timedelta(days=30)
"""After so long a note is no longer new, read or not."""
WEEK = timedelta(days=7)
LONG_AGO = "2000-01-01T00:00:00+00:00"


@dataclass(frozen=True, slots=True)
class NewNote:
    """A note on one of the agent's calls."""

    call: str
    """Day and name of its folder."""
    started: datetime
    """When the call was."""
    note: Mark


def path_of(agent: str) -> Path:
    """Where it is kept what an agent has read."""
    key = hashlib.sha256(fold(agent).encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return profile.folder() / f"read-notes-{key}.json"


def files_of(agent: str) -> list[Path]:
    """The file of an agent, if there is one."""
    path = path_of(agent)
    return [path] if agent and path.exists() else []


def new_notes(root: Path, agent: str, now: datetime) -> tuple[NewNote, ...]:
    """The notes by others that an agent has not read, those on the newest calls first.

    Calls that cannot be read are passed over.

    Args:
        root: the folder of all calls.
        agent: the whole name, in any case; nobody has any if it is empty.
        now: with its offset from UTC.
    """
    return tuple(_new(root, agent, now)) if agent else ()


def _new(root: Path, agent: str, now: datetime) -> Iterator[NewNote]:
    read, oldest = _read(agent), now - NEW_FOR
    for folder in find.folders(root):
        if not _is_newer(folder / marks.FILE, oldest) or not (info := readable_info(folder)):
            continue
        call = f"{folder.parent.name}/{folder.name}"
        with suppress(CallFolderError):
            for note in marks.read(folder):
                if _is_for(note, info, agent) and _time(note.made) > max(oldest, _time(read.get(call, LONG_AGO))):
                    yield NewNote(call, info.started, note)


def _is_newer(path: Path, than: datetime) -> bool:
    try:
        return path.stat().st_mtime >= than.timestamp()
    except OSError:
        return False


def _is_for(note: Mark, info: CallInfo, agent: str) -> bool:
    by_another = note.kind in NOTED and bool(note.text and note.made) and fold(note.by) != fold(agent)
    return by_another and is_in(note.at_s, own_parts(info, agent))


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _read(agent: str) -> dict[str, str]:
    """When the newest note was made that an agent has read, for each call; nothing where that cannot be known."""
    with suppress(OSError, ValueError, RecursionError):
        return msgspec.json.decode(path_of(agent).read_bytes(), type=dict[str, str])
    return {}


def mark_read(agent: str, notes: Sequence[NewNote], today: date) -> None:
    """Remember that an agent has read notes; calls of long ago are forgotten.

    Args:
        agent: who has.
        notes: which.
        today: the day.
    """
    if not notes or not agent:
        return
    read = _read(agent)
    for one in notes:
        read[one.call] = max(one.note.made, read.get(one.call, one.note.made), key=_time)
    kept = {call: made for call, made in read.items() if _time(made).date() > today - 2 * NEW_FOR}
    with suppress(OSError):  # then they are new once more
        atomic.make_folder(path_of(agent).parent)
        atomic.write(path_of(agent), msgspec.json.encode(kept))


def read_call(folder: Path, agent: str, now: datetime) -> None:
    """Remember that an agent has opened a call, whose notes are read from then on.

    Args:
        folder: of the call.
        agent: who has; if it is not one of hers, nothing is new.
        now: with its offset from UTC.
    """
    call = f"{folder.parent.name}/{folder.name}"
    notes = [one for one in new_notes(folder.parents[1], agent, now) if one.call == call]
    mark_read(agent, notes, now.date())


def in_short(notes: Sequence[NewNote], today: date) -> str:
    """How many there are and on which calls, in a few words; empty for none."""
    calls = {one.call: one.started for one in notes}
    if not calls:
        return ""
    where = f"{_day(next(iter(calls.values())).date(), today)} call" if len(calls) == 1 else count(len(calls), "call")
    return f"{count(len(notes), 'new note')} on {where}"


def lines(notes: Sequence[NewNote]) -> Iterator[str]:
    """Each note in full, for those who read lines."""
    for one in notes:
        yield f"New note by {one.note.by or 'somebody'} on {one.call} at {clock(one.note.at_s)}: {one.note.text}"


def _day(of: date, today: date) -> str:
    if of == today:
        return "today’s"
    return f"{of:%A}’s" if today - WEEK < of < today else f"the {of.day} {of:%B}"

"""Deletes what is past its retention period, or what somebody has a right to have deleted, and logs it.

The log, deletions.jsonl in the folder of all calls, has the folders of calls, which say when they were, and no names:
it must not keep what it says was deleted. With it, a restored backup can be purged again.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Literal

import msgspec

from monitor.access import entries
from monitor.base import atomic
from monitor.base.errors import CallFolderError
from monitor.call import files, find, hold, log, marks
from monitor.call.events import to_line
from monitor.call.hold import Hold
from monitor.call.info import CallInfo, read_info, write_info
from monitor.call.scorecard import card_files
from monitor.call.state import state
from monitor.call.telephone.agent_parts import agents
from monitor.call.wordless import without_words
from monitor.sealed.errors import SealedError
from monitor.sealed.layout import KEY_FILE
from monitor.settings.config import Retention

LOG = "deletions.jsonl"
ASKED_FOR = "asked for"

Kind = Literal["sound", "words", "call"]

_KEPT = (files.ABOUT, KEY_FILE, log.LOG, marks.FILE, entries.FILE)
"""What is left of a call without sound and words."""


@dataclass(frozen=True, slots=True)
class Deletion:
    """Something of a call was deleted, or is to be."""

    when: str
    """ISO 8601."""
    what: Kind
    call: str
    """Within the folder of all calls."""
    why: str


@dataclass(frozen=True, slots=True)
class Due:
    """A call of which something is to be deleted."""

    folder: Path
    deletion: Deletion


@dataclass(frozen=True, slots=True)
class Held:
    """A call that must not be deleted."""

    call: str
    """Within the folder of all calls."""
    hold: Hold


def due(root: Path, retention: Retention, now: datetime) -> Iterator[Due | Held]:
    """Find what is past its retention period, the oldest last, and calls on hold that are; nothing is changed.

    A call is as old as the day in its folder's name, so that one whose call.toml is damaged is not kept for ever.

    Args:
        root: the folder of all calls.
        retention: for how long each kind is kept.
        now: with its offset from UTC.
    """
    for folder in _folders(root):
        age_days = (now.date() - datetime.fromisoformat(folder.parent.name).date()).days
        if age_days < min(retention.audio_days, retention.transcript_days, retention.numbers_days):
            continue
        if state(folder, now.timestamp()) == "open":
            continue
        found = [
            Due(folder, Deletion(now.isoformat(), what, _name(folder), f"older than {days} days"))
            for what, days in past(age_days, retention)
            if what == "call" or (_sound(folder) if what == "sound" else _has_words(folder))
        ]
        held = hold.in_force(folder, now.date()) if found else None
        if held:
            yield Held(_name(folder), held)
        else:
            yield from found


def past(age_days: int, retention: Retention) -> Iterator[tuple[Kind, int]]:
    """What is past its retention period at an age, and after how many days it was."""
    if age_days >= retention.numbers_days:
        yield "call", retention.numbers_days
        return
    if age_days >= retention.audio_days:
        yield "sound", retention.audio_days
    if age_days >= retention.transcript_days:
        yield "words", retention.transcript_days


def of_agent(root: Path, name: str, now: datetime) -> tuple[Due, ...]:
    """Find all calls that an agent had, or had a part of; nothing is changed.

    Args:
        root: the folder of all calls.
        name: the whole name, in any case.
        now: with its offset from UTC.

    Raises:
        CallFolderError: one of them is in progress, or a sealed call that may be one of them cannot be opened.
    """
    return _of_person(root, name, now, agents)


def of_customer(root: Path, customer: str, now: datetime) -> tuple[Due, ...]:
    """Find all calls with a customer; nothing is changed; raises as `of_agent` does.

    Args:
        root: the folder of all calls.
        customer: the whole id, in any case.
        now: with its offset from UTC.
    """
    return _of_person(root, customer, now, lambda info: [info.customer])


def of_call(root: Path, named: str, now: datetime, why: str = ASKED_FOR) -> Due:
    """Find one call; nothing is changed.

    Args:
        root: the folder of all calls.
        named: as `finding.find` takes it.
        now: with its offset from UTC.
        why: for the log.

    Raises:
        CallFolderError: none is named or found, or it is in progress.
    """
    if not named:
        raise CallFolderError("No call was named. Give a call's folder or its id.")
    folder = find.find(named, root)
    if folder.is_symlink():
        raise CallFolderError(f"{folder} is a link to a folder. Give the folder itself.")
    if folder.resolve().parents[1] != root.resolve():
        raise CallFolderError(f"{folder} is not in the calls folder {root}. Give its calls folder with --calls.")
    return _asked_for(folder, now, why)


def held(found: Iterable[Due], today: date) -> tuple[Held, ...]:
    """Those of the calls found that are on hold."""
    holds = ((one.deletion.call, hold.in_force(one.folder, today)) for one in found)
    return tuple(Held(call, why) for call, why in holds if why)


def delete(root: Path, one: Due) -> None:
    """Delete permanently what is due, and log it.

    Args:
        root: the folder of all calls.
        one: what to delete.

    Raises:
        CallFolderError: it could not be deleted, or not logged.
    """
    try:
        match one.deletion.what:
            case "sound":
                _delete_sound(one)
            case "words":
                _delete_words(one)
            case "call":
                shutil.rmtree(one.folder)
                if not any(one.folder.parent.iterdir()):
                    one.folder.parent.rmdir()
        _write_down(root, one.deletion)
    except OSError as error:
        raise CallFolderError(
            f"{one.folder} could not be deleted ({error.strerror or error}). Fix the permissions, then purge again."
        ) from error


def _of_person(root: Path, name: str, now: datetime, named: Callable[[CallInfo], Iterable[str]]) -> tuple[Due, ...]:
    folded = name.casefold()
    theirs = (
        folder
        for folder in _folders(root)
        if (info := _info(folder, needed=True)) and folded in map(str.casefold, named(info))
    )
    return tuple(_asked_for(folder, now) for folder in theirs) if name else ()


def _folders(root: Path) -> Iterator[Path]:
    days = [day for day in root.iterdir() if _is_day(day.name) and _is_own(day)] if root.is_dir() else []
    for day in sorted(days, reverse=True):
        yield from sorted((call for call in day.iterdir() if _is_own(call)), reverse=True)


def _is_own(folder: Path) -> bool:
    """Whether it is a folder here, and no link to one elsewhere, which is not ours to delete."""
    return folder.is_dir() and not folder.is_symlink()


def _is_day(name: str) -> bool:
    try:
        return datetime.fromisoformat(name).date().isoformat() == name
    except ValueError:
        return False


def _asked_for(folder: Path, now: datetime, why: str = ASKED_FOR) -> Due:
    if state(folder, now.timestamp()) == "open":
        raise CallFolderError(f"The call {_name(folder)} is in progress. End it, then try again.")
    return Due(folder, Deletion(now.isoformat(), "call", _name(folder), why))


def _sound(folder: Path) -> list[Path]:
    return [file for file in folder.iterdir() if file.name.startswith("audio")]


def _has_words(folder: Path) -> bool:
    info = _info(folder)
    return info is None or not info.words_deleted or bool(_others(folder))


def _others(folder: Path) -> list[Path]:
    """Reports, clips and any other file that may hold what was said."""
    return [file for file in folder.iterdir() if not is_kept(file.name) and not file.name.startswith("audio")]


def is_kept(name: str) -> bool:
    """Whether a file of a call is left when its words are deleted."""
    return name in _KEPT or card_files.is_card(name)


def _delete_sound(one: Due) -> None:
    for file in _sound(one.folder):
        file.unlink()
    if info := _info(one.folder):
        write_info(one.folder, replace(info, sound_deleted=one.deletion.when))


def _delete_words(one: Due) -> None:
    for name, read in ((log.LOG, log.read_events), (marks.FILE, marks.read_all)):
        path = one.folder / name
        if path.exists():
            files.write(path, b"".join(map(to_line, without_words(list(read(one.folder))))))
    card_files.remove_words(one.folder)
    for other in _others(one.folder):
        shutil.rmtree(other) if other.is_dir() and not other.is_symlink() else other.unlink()
    if info := _info(one.folder):
        write_info(one.folder, replace(info, words_deleted=one.deletion.when))


def _write_down(root: Path, deletion: Deletion) -> None:
    with os.fdopen(os.open(root / LOG, os.O_WRONLY | os.O_CREAT | os.O_APPEND | atomic.NO_LINK, 0o600), "wb") as log:
        log.write(msgspec.json.encode(deletion) + b"\n")
        log.flush()
        os.fsync(log.fileno())


def _info(folder: Path, *, needed: bool = False) -> CallInfo | None:
    try:
        return read_info(folder)
    except CallFolderError as error:
        if needed and isinstance(error, SealedError):
            raise
        return None


def _name(folder: Path) -> str:
    return f"{folder.parent.name}/{folder.name}"

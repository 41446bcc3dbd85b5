"""Removes a name from what its person did in calls of others: marks, corrections, actions, holds, cards, accesses."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from monitor.access import entries
from monitor.base.errors import CallFolderError
from monitor.call import files, find, hold, marks
from monitor.call.coaching.agreed import ActionAgreed, ActionClosed
from monitor.call.events import Mark, from_lines, to_line
from monitor.call.info import Edited
from monitor.call.scorecard import card_files


def remove(root: Path, name: str) -> list[Path]:
    """Remove a name wherever it signs something; what was signed stays.

    Args:
        root: the folder of all calls.
        name: the whole name, in any case.

    Returns:
        The folders of the calls that changed.

    Raises:
        CallFolderError: a call cannot be read or written, so that the name may still be there.
    """
    return [folder for folder in find.folders(root) if _remove_from(folder, name.casefold())]


def _remove_from(folder: Path, folded: str) -> bool:
    try:
        signed = [_from_marks(folder / marks.FILE, folded), _from_hold(folder, folded)]
        return any([*signed, card_files.remove_name(folder, folded), entries.without_name(folder, folded)])
    except OSError as error:
        raise CallFolderError(
            f"Can't remove the name from {folder}: {error.strerror or error}. Fix the permissions, then forget again."
        ) from error


def _from_marks(path: Path, folded: str) -> bool:
    if not path.exists():
        return False
    before = files.read(path)
    after = b"".join(_unsigned(line, folded) for line in before.splitlines(keepends=True))
    if after == before:
        return False
    files.write(path, after)
    return True


def _unsigned(line: bytes, folded: str) -> bytes:
    for event in from_lines([line]):
        match event:
            case Mark() | Edited() | ActionClosed() if event.by.casefold() == folded:
                return to_line(replace(event, by=""))
            case ActionAgreed() if folded in {event.coach.casefold(), event.agent.casefold()}:
                coach, agent = ("" if name.casefold() == folded else name for name in (event.coach, event.agent))
                return to_line(replace(event, coach=coach, agent=agent))
    return line


def _from_hold(folder: Path, folded: str) -> bool:
    held = hold.read(folder)
    if held is None or held.by.casefold() != folded:
        return False
    hold.put(folder, replace(held, by=""))
    return True

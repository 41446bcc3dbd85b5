"""Brings the catalogue in line with the call folders, which are the truth."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from itertools import takewhile
from pathlib import Path

from sqlalchemy import select

from monitor.base.errors import CallFolderError
from monitor.call import find
from monitor.catalogue import schema
from monitor.catalogue.catalogue import Catalogue
from monitor.catalogue.folder_reader import FolderReader, seen
from monitor.catalogue.rows import Rows
from monitor.catalogue.update import put, remove, tidy

AT_ONCE = 200
"""Calls that are written together."""

OnProgress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Reindexed:
    """What reindexing did."""

    calls: int
    """In the folder of all calls."""
    read: int
    """New or changed since they were listed."""
    removed: int
    """Listed and gone."""
    told: tuple[str, ...]
    """A sentence on each call that is damaged or cannot be read."""


def reindex(catalogue: Catalogue, progress: OnProgress | None = None, *, since: date | None = None) -> Reindexed:
    """Read the calls that are new or have changed, and take out those that are gone.

    Args:
        catalogue: to bring in line with its folder.
        since: look at the calls of this day and later alone; None for all.
        progress: told again and again how many of how many calls are done.

    Raises:
        CatalogueError: the catalogue does not take them.
    """
    first = since.isoformat() if since else ""
    found = takewhile(lambda folder: folder.parent.name >= first, find.folders(catalogue.root))
    folders = {f"{folder.parent.name}/{folder.name}": folder for folder in found}
    with catalogue.reading() as connection:
        known = connection.execute(
            select(schema.calls.c.folder, schema.calls.c.seen).where(schema.calls.c.folder >= first)
        )
        listed = {row.folder: row.seen for row in known}
    changed = [folder for name, folder in folders.items() if listed.get(name) != seen(folder)]
    gone = sorted(listed.keys() - folders.keys())
    remove(catalogue, gone)
    told: list[str] = []
    waiting: list[Rows] = []
    for number, folder in enumerate(changed, 1):
        try:
            waiting.append(FolderReader(folder).read())
        except CallFolderError as error:
            told.append(str(error))
        else:
            told += _damage(folder, waiting[-1])
        if len(waiting) == AT_ONCE or number == len(changed):
            put(catalogue, waiting)
            waiting = []
        if progress:
            progress(number, len(changed))
    if len(changed) + len(gone) >= AT_ONCE:
        tidy(catalogue)
    return Reindexed(len(folders), len(changed), len(gone), tuple(told))


def _damage(folder: Path, read: Rows) -> list[str]:
    if not read.call.damaged:
        return []
    lines = "1 line" if read.call.damaged == 1 else f"{read.call.damaged} lines"
    return [f"{folder / 'events.jsonl'} is damaged: {lines} can't be read; all other lines are listed."]

"""`purge` and `forget`: find, ask, delete, and remove what was deleted from the catalogue."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import click

from monitor.base.errors import CallFolderError
from monitor.base.terminal import say
from monitor.call.folder import root_folder
from monitor.catalogue.catalogue import open_catalogue
from monitor.catalogue.update import forget_deleted, refresh
from monitor.settings.config import Retention
from monitor.upkeep import retention
from monitor.upkeep.retention import Due

_WHAT = {"sound": "the sound of", "words": "the words of", "call": "all of"}


def by_age(calls: Path | None, days: Retention, catalogue: str, *, dry_run: bool) -> bool:
    """Delete what is past its retention period; False if something could not be deleted.

    Args:
        calls: the folder of all calls.
        days: for how long things are kept.
        catalogue: its URL; that in the calls folder if empty.
        dry_run: only list what would be deleted, a line each.

    Raises:
        CatalogueError: the catalogue may still hold words of what was deleted.
    """
    root = root_folder(calls)
    found = tuple(retention.due(root, days, _now()))
    if dry_run:
        for one in found:
            say(f"{one.deletion.what:<6}  {one.deletion.call}  {one.deletion.why}")
        click.echo(f"Would delete {_summary(found)}.")
        return True
    return _delete(root, catalogue, found)


def forget(calls: Path | None, named: str, profiles: Sequence[Path], catalogue: str, *, sure: bool) -> bool:
    """Delete a call, or all data kept about an agent; False if something could not be deleted.

    Args:
        calls: the folder of all calls.
        named: the agent, or the call.
        profiles: the voice profiles of the agent, if it is one, and what else is kept beside them.
        catalogue: its URL; that in the calls folder if empty.
        sure: do not ask.

    Raises:
        CallFolderError: nothing has that name, or the call is in progress.
        CatalogueError: the catalogue may still hold words of what was deleted.
        click.Abort: the answer to the question was no.
    """
    root = root_folder(calls)
    found = retention.of_agent(root, named, _now())
    if not found and not profiles:
        found = (retention.of_call(root, named, _now()),)
    voice = " and the voice profiles of this agent" if profiles else ""
    if not sure:
        which = f"the call {found[0].deletion.call}" if len(found) == 1 else _summary(found)
        click.confirm(f"Delete {which}{voice} permanently?", abort=True, err=True)
    for path in profiles:
        path.unlink(missing_ok=True)
    return _delete(root, catalogue, found)


def _delete(root: Path, url: str, found: Sequence[Due]) -> bool:
    deleted: list[Due] = []
    with click.progressbar(found, label="Deleting", file=sys.stderr, hidden=not sys.stderr.isatty()) as bar:
        for one in bar:
            try:
                retention.delete(root, one)
            except CallFolderError as error:
                say(error, err=True)
            else:
                deleted.append(one)
    click.echo(f"Deleted {_summary(deleted)}.")
    if deleted:
        with open_catalogue(root, url) as catalogue:
            for folder in {one.folder: None for one in deleted}:
                refresh(catalogue, folder)
            forget_deleted(catalogue)
    return len(deleted) == len(found)


def _summary(found: Sequence[Due]) -> str:
    counts = Counter(one.deletion.what for one in found)
    said = [f"{_WHAT[what]} {count} call{'s' if count > 1 else ''}" for what, count in counts.items()]
    return ", ".join(said) or "nothing"


def _now() -> datetime:
    return datetime.now().astimezone()

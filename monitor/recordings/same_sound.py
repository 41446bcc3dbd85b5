"""Whether a recording has been analysed before: the call that has the same sound."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from monitor.base.errors import CallFolderError
from monitor.call import lock, marks
from monitor.call.events import Ended
from monitor.call.log import LogReader
from monitor.call.scorecard import card_files
from monitor.call.state import state
from monitor.catalogue import query
from monitor.catalogue.catalogue import open_catalogue
from monitor.catalogue.errors import CatalogueError
from monitor.catalogue.live_rows import say_once
from monitor.catalogue.reindex import reindex
from monitor.catalogue.site import FILE, site_of
from monitor.catalogue.update import refresh

PATIENCE_S = 30.0
"""How long to wait for other imports into the same folder; each keeps the others waiting for an instant."""


@contextmanager
def one_at_a_time(root: Path) -> Iterator[None]:
    """Let no other import look for its sound or begin a call meanwhile; two of the same sound would both begin.

    Args:
        root: the folder of all calls.
    """
    with suppress(CatalogueError):  # reported where the catalogue is needed
        site_of(root)
    try:
        held = lock.hold_file(root / FILE, PATIENCE_S)
    except lock.HeldError:  # one that hangs: better a call that is there twice than none
        held = lock.Lock(None)
    with held:
        yield


def earlier_call(root: Path, url: str, sound_hash: str) -> str:
    """The call that has the same sound, as day and folder name; empty if there is none.

    One whose import broke off or was stopped is deleted, unless somebody has marked something in it.

    Args:
        root: the folder of all calls.
        url: of the catalogue; that in the calls folder if empty.
        sound_hash: of the recording.
    """
    try:
        with open_catalogue(root, url) as catalogue:
            if not catalogue.is_filled():
                reindex(catalogue)
            for found in query.with_sound(catalogue, sound_hash):
                folder = root / found
                if not folder.is_dir():
                    continue
                if (folder / marks.FILE).exists() or card_files.paths(folder) or not _is_half(folder):
                    return found
                shutil.rmtree(folder, ignore_errors=True)
                refresh(catalogue, folder)
    except CatalogueError as error:
        say_once(f"Can't find out whether recordings were analysed before. {error}")
    return ""


def _is_half(folder: Path) -> bool:
    """Whether the import of a call has ended before its sound did."""
    now = state(folder, time.time())
    if now != "ended":
        return now == "broken off"
    try:
        log = LogReader(folder)
        last = log.events(log.lines()[-1:])
    except CallFolderError:
        return False
    return any(isinstance(event, Ended) and event.why != "end of sound" for event in last)


def drop(root: Path, url: str, folder: Path) -> None:
    """Delete a call whose import failed: the recording is still there, and nothing is half imported.

    Args:
        root: the folder of all calls.
        url: of the catalogue.
        folder: of the call.
    """
    shutil.rmtree(folder, ignore_errors=True)
    with suppress(OSError):
        folder.parent.rmdir()  # if it was the only call of its day
    with suppress(CatalogueError), open_catalogue(root, url) as catalogue:
        refresh(catalogue, folder)

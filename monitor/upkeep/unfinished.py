"""New analyses of saved calls that were interrupted by a kill: beside the calls, where no list looks."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from monitor.base import atomic
from monitor.call import lock

PREFIX = ".again-"
"""How the name of a folder begins in which a call is analysed again."""
LOCK = "lock"
"""The file in it that is locked while that goes on."""
BEFORE = "before"
"""The folder in it that the call moves to, under its own day and name, until the new one has taken its place."""


def unfinished(root: Path) -> Iterator[Path]:
    """The folders of new analyses that no program works on any more.

    Args:
        root: the folder of all calls.
    """
    for place in sorted(root.glob(f"{PREFIX}*")):
        try:
            lock.hold_file(place / LOCK, patience_s=0.0).close()
        except lock.HeldError:
            continue
        yield place


def clear(root: Path, put_back: Callable[[Path], object] = lambda _: None) -> None:
    """Put calls that had made way for a new analysis back as they were, and remove what was made of it.

    Args:
        root: the folder of all calls.
        put_back: called with each call that was put back.

    Raises:
        OSError: a call cannot be put back, and then nothing of it is removed; or something cannot be removed.
    """
    for place in unfinished(root):
        for before in (place / BEFORE).glob("*/*"):
            folder = root / before.parent.name / before.name
            if not folder.exists():
                atomic.make_folder(folder.parent)
                before.rename(folder)
                put_back(folder)
        shutil.rmtree(place)

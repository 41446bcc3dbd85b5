"""Finds the folder of a call by a path, an id, or the start of one; without any of them, the newest."""

import re
from collections.abc import Iterator
from pathlib import Path

from monitor.base.errors import CallFolderError

_WITH_DAY = re.compile(r"\d{4}-\d\d-\d\d/[^/]+")


class NoCallError(CallFolderError):
    """Nothing has this name."""


def folders(root: Path) -> Iterator[Path]:
    """Every call folder under `root`, newest first; their files are not read."""
    days = sorted((day for day in _inside(root) if day.is_dir()), reverse=True)
    for day in days:
        yield from folders_of(day)


def folders_of(day: Path) -> Iterator[Path]:
    """Every call folder of a day, newest first; none if the day has no folder."""
    yield from sorted((call for call in _inside(day) if _holds_call(call)), reverse=True)


def find(named: str, root: Path) -> Path:
    """Find one call.

    Args:
        named: path of its folder; its id, which is the folder's name, with or without the day before it; the start of
            an id or the random end of one; empty for the newest call. The day may be one on which the call is no
            longer: its id stays when its start is corrected.
        root: the folder of all calls.

    Raises:
        NoCallError: there is none.
        CallFolderError: there is more than one.
    """
    if named and _holds_call(Path(named)):
        return Path(named)
    every = list(folders(root))
    found = [call for call in every if not named or _means(call, named)]
    if not found and _WITH_DAY.fullmatch(named):
        found = [call for call in every if call.name == named.rpartition("/")[2]]
    if not found:
        what = f"There is no call {named!r}" if named else "There are no calls"
        raise NoCallError(f"{what} in {root}. Choose the folder of a call, or another calls folder with --calls.")
    if named and len(found) > 1:
        some = ", ".join(call.name for call in found[:3])
        raise CallFolderError(f"{named!r} is the start of {len(found)} calls ({some} …). Write more of the id.")
    return found[0]


def _means(call: Path, named: str) -> bool:
    full = f"{call.parent.name}/{call.name}"
    return call.name.startswith(named) or full.startswith(named) or call.name.rpartition("-")[2] == named


def _holds_call(folder: Path) -> bool:
    try:
        return (folder / "call.toml").is_file()
    except OSError:  # such as a name that is too long to be one
        return False


def _inside(folder: Path) -> Iterator[Path]:
    try:
        yield from folder.iterdir()
    except OSError:
        return

"""What people note about a call: confirmed, dismissed, tagged, reviewed.

Each mark is a line appended to marks.jsonl, next to the events; what was recorded never changes.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from monitor.base.errors import CallFolderError
from monitor.call import files
from monitor.call.events import Mark, MarkKind, from_lines, to_line

FILE = "marks.jsonl"
TAKEN_BACK = "taken back"
"""Text of a "reviewed" that undoes an earlier one."""
_KIND_TEXTS: Mapping[MarkKind, str] = {"flag": "bookmark", "wrong": "wrong prompt"}


def add(folder: Path, mark: Mark, marked: Callable[[Path], object] = lambda _: None) -> None:
    """Append a mark to a call; it is on the disk when this returns.

    Args:
        folder: of the call.
        mark: to append.
        marked: called with the folder when the mark is written.

    Raises:
        CallFolderError: the folder cannot be written.
    """
    path = folder / FILE
    try:
        with files.appending(path) as file:
            torn = _ends_torn(file)
            left = memoryview((b"\n" if torn else b"") + to_line(mark))
            while left:
                left = left[file.write(left) :]
            os.fsync(file.fileno())
    except OSError as error:
        raise CallFolderError(
            f"Can't write the mark to {path}: {error.strerror or error}. Free some disk space or change its "
            "permissions, then mark again."
        ) from error
    marked(folder)


def read(folder: Path) -> tuple[Mark, ...]:
    """Read the marks of a call in the order they were made.

    Raises:
        CallFolderError: there are some, but they cannot be read.
    """
    path = folder / FILE
    try:
        with files.reading(path) as lines:
            return tuple(event for event in from_lines(lines) if isinstance(event, Mark))
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise CallFolderError(f"Can't read {path}: {error.strerror or error}. Change its permissions.") from error


def kind_text(kind: MarkKind) -> str:
    """The kind of a mark as people read it: the agent's own flag is a bookmark, as rules flag moments, too."""
    return _KIND_TEXTS.get(kind, kind)


def signed(mark: Mark, name: str) -> Mark:
    """The mark with the current time and its author: the name given or, if it is empty, the system's user name."""
    return replace(mark, by=mark.by or name or _login(), made=datetime.now().astimezone().isoformat())


def reviewed(marks: Iterable[Mark]) -> bool:
    """Whether somebody has marked the call as reviewed and has not taken that back."""
    latest = [mark.text for mark in marks if mark.kind == "reviewed"][-1:]
    return latest not in ([], [TAKEN_BACK])


def verdicts(marks: Iterable[Mark]) -> dict[tuple[str, float], Mark]:
    """The latest mark that confirms or dismisses each flag, by the flag's rule and start."""
    return {(mark.rule, mark.at_s): mark for mark in marks if mark.kind in {"confirm", "dismiss"}}


def _ends_torn(file: BinaryIO) -> bool:
    if file.seek(0, os.SEEK_END) == 0:
        return False
    file.seek(-1, os.SEEK_END)
    return file.read(1) != b"\n"


def _login() -> str:
    import getpass

    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return ""

"""What people note about a call: confirmed, dismissed, tagged, reviewed.

Marks stand in marks.jsonl beside the events, an appended line each; what was recorded never changes.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from monitor.base.errors import CallFolderError
from monitor.call import files
from monitor.call.events import Mark, from_lines, to_line

FILE = "marks.jsonl"
TAKEN_BACK = "taken back"
"""Text of a "reviewed" that undoes an earlier one."""


def add(folder: Path, mark: Mark, marked: Callable[[Path], object] = lambda _: None) -> None:
    """Append a mark to a call, so that it is on the disk when this returns.

    Args:
        folder: of the call.
        mark: to append.
        marked: told of the folder when the mark is there.

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
            f"The mark cannot be written to {path} ({error.strerror or error}): make room or allow it, and mark again."
        ) from error
    marked(folder)


def read(folder: Path) -> tuple[Mark, ...]:
    """Read the marks of a call in the order in which they were made; none if there are none.

    Raises:
        CallFolderError: there are some, and they cannot be read.
    """
    path = folder / FILE
    try:
        with files.reading(path) as lines:
            return tuple(event for event in from_lines(lines) if isinstance(event, Mark))
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise CallFolderError(f"{path} cannot be read ({error.strerror or error}): allow it.") from error


def signed(mark: Mark, name: str) -> Mark:
    """The mark with the time of day and who makes it: by that name or, if it is empty, as the system names them."""
    return replace(mark, by=mark.by or name or _login(), made=datetime.now().astimezone().isoformat())


def reviewed(marks: Iterable[Mark]) -> bool:
    """Whether somebody has been through the call, and not taken that back."""
    latest = [mark.text for mark in marks if mark.kind == "reviewed"][-1:]
    return latest not in ([], [TAKEN_BACK])


def verdicts(marks: Iterable[Mark]) -> dict[tuple[str, float], Mark]:
    """The latest verdict on each flag, by its rule and its start: a mark that confirms or dismisses it."""
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

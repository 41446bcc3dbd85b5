"""The numbers of a call, kept in its folder so that a report over a thousand calls need not read them all again."""

from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from monitor.base.errors import CallFolderError
from monitor.base.version import __version__
from monitor.call import files
from monitor.call.log import LOG
from monitor.report.facts import of_call
from monitor.report.own.further import further
from monitor.report.stored_call import read_parts
from monitor.report.team.numbers import CallNumbers, numbers

FILE = "numbers.json"
FORM = 7
"""Increased when the meaning of the numbers changes."""


@dataclass(frozen=True, slots=True)
class _Stored:
    made_from: str
    """What the events looked like, and who counted: other events, other numbers."""
    numbers: tuple[CallNumbers, ...]
    """Of each of `agent_parts.agents`: more than one if another agent took the call over."""


def stored(folder: Path) -> tuple[CallNumbers, ...] | None:
    """The numbers of each agent's part, saved in a call's folder; None if there are none, or they are outdated.

    Raises:
        CallFolderError: the folder holds no readable call.
    """
    made_from = _look(folder)
    with suppress(OSError, ValueError, RecursionError):  # damaged: counted again
        kept = msgspec.json.decode(files.read(folder / FILE), type=_Stored)
        return kept.numbers if kept.made_from == made_from else None
    return None


def count(folder: Path) -> tuple[CallNumbers, ...]:
    """Count the numbers of each agent's part of a call, and save them in its folder.

    Raises:
        CallFolderError: the folder holds no readable call.
    """
    made_from = _look(folder)
    counted = tuple(replace(numbers(of_call(part)), further=further(part)) for part in read_parts(folder))
    with suppress(OSError):  # a folder that cannot be written is read again next time
        files.write(folder / FILE, msgspec.json.encode(_Stored(made_from, counted)))
    return counted


def _look(folder: Path) -> str:
    try:
        looks = [(folder / name).stat() for name in (files.ABOUT, LOG)]
    except OSError as error:
        raise CallFolderError(
            f"Can't read the call in {folder}: {error.strerror or error}. Choose the folder of a call."
        ) from error
    return f"{__version__} {FORM} " + " ".join(f"{look.st_size} {look.st_mtime_ns}" for look in looks)

"""A hold keeps a call from being deleted until a day, for a dispute, and says why and who decided it.

It is a file of its own, so that a call whose call.toml is damaged, or whose key is missing, is still known to be held.
"""

from __future__ import annotations

import dataclasses
import tomllib
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import msgspec
import tomli_w

from monitor.base.errors import CallFolderError
from monitor.call import files

FILE = "hold.toml"


@dataclass(frozen=True, slots=True)
class Hold:
    """Why a call must be kept, and for how long."""

    until: date
    """The last day."""
    reason: str
    """Such as the number of the complaint."""
    by: str
    """Name of the person who decided it."""
    made: str
    """Calendar time, ISO 8601."""

    def __str__(self) -> str:
        why = "; ".join(filter(None, (self.reason, self.by and f"by {self.by}")))
        return f"on hold until {self.until}" + (f" ({why})" if why else "")


UNREADABLE = Hold(date.max, f"its {FILE} can't be read", "", "")
"""Stands for a hold that is damaged or sealed without a key: it counts until somebody sets it again."""


def read(folder: Path) -> Hold | None:
    """The hold on a call, which may be over; None if there is none.

    Raises:
        CallFolderError: there is one, but it cannot be read.
    """
    path = folder / FILE
    try:
        return msgspec.convert(tomllib.loads(files.read(path).decode()), Hold)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, RecursionError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or "it is damaged"
        raise CallFolderError(
            f"Can't read {path}, which keeps the call from being deleted: {reason}. Set the hold again with "
            "`tone-monitor call edit`."
        ) from error


def known(folder: Path) -> Hold | None:
    """The hold on a call, which may be over, or `UNREADABLE`; None if there is none."""
    try:
        return read(folder)
    except CallFolderError:
        return UNREADABLE


def in_force(folder: Path, today: date) -> Hold | None:
    """The hold that is on a call today, or `UNREADABLE`; None if there is none."""
    hold = known(folder)
    return hold if hold and hold.until >= today else None


def put(folder: Path, hold: Hold | None) -> None:
    """Put a call on hold, or lift its hold.

    Raises:
        OSError: it cannot be written.
        SealedError: it is to be sealed, and there is no key.
    """
    if hold:
        files.write(folder / FILE, tomli_w.dumps(dataclasses.asdict(hold)).encode())
        return
    with suppress(FileNotFoundError):
        (folder / FILE).unlink()

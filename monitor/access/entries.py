"""The accesses to one call, as lines of a file beside its marks: so they go where the call goes, sealed if it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import msgspec

from monitor.base.errors import CallFolderError
from monitor.call import files

FILE = "accesses.jsonl"

AccessKind = Literal["opened", "played", "exported", "reported", "followed", "searched"]


@dataclass(frozen=True, slots=True)
class Access:
    """Somebody looked at a call, listened to it or took something of it away."""

    kind: AccessKind
    """What they did: reported is a report with the call in it; searched, that words of it were shown by a search."""
    by: str
    """Who did it, as they sign their reviews; empty if the name was removed."""
    made: str
    """Calendar time, ISO 8601."""
    start_s: float | None = None
    """Of a part of the call: where it begins, in seconds from its start."""
    end_s: float | None = None
    """Where that part ends."""


def add(folder: Path, access: Access) -> None:
    """Append an access to a call; it is on the disk when this returns.

    Raises:
        CallFolderError: it cannot be written.
    """
    try:
        files.append(folder / FILE, _line(access))
    except OSError as error:
        raise CallFolderError(
            f"Can't note in {folder / FILE} that the call was {access.kind}, so its agent will not see it: "
            f"{error.strerror or error}. Change its permissions."
        ) from error


def read(folder: Path) -> tuple[Access, ...]:
    """The accesses to a call, in the order in which they happened; damaged lines are left out.

    Raises:
        CallFolderError: there are some, but they cannot be read.
    """
    path = folder / FILE
    try:
        lines = files.read(path).splitlines()
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise CallFolderError(f"Can't read {path}: {error.strerror or error}. Change its permissions.") from error
    return tuple(access for line in lines if (access := _access(line)))


def without_name(folder: Path, name: str) -> bool:
    """Remove a person's name from the accesses to a call, which stay; say whether it was there.

    Args:
        folder: of the call.
        name: the whole name, in any case.

    Raises:
        CallFolderError: they cannot be read.
        OSError: they cannot be written.
    """
    before = read(folder)
    after = [replace(one, by="") if one.by.casefold() == name.casefold() else one for one in before]
    if not name or after == list(before):
        return False
    write(folder, after)
    return True


def write(folder: Path, accesses: Iterable[Access]) -> None:
    """Replace all accesses to a call.

    Raises:
        OSError: they cannot be written.
    """
    files.write(folder / FILE, b"".join(map(_line, accesses)))


def _line(access: Access) -> bytes:
    return (
        msgspec.json.encode({name: value for name, value in msgspec.to_builtins(access).items() if value is not None})
        + b"\n"
    )


def _access(line: bytes) -> Access | None:
    try:
        return msgspec.json.decode(line, type=Access)
    except (ValueError, RecursionError):
        return None

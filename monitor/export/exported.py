"""What has been exported to a place before: kept in the calls folder, so that `export --new` sends the rest.

A call counts as exported in the state of its files at that time: one that was marked, scored, edited or purged
since comes again. Only a complete export is noted; one that failed is done again as a whole.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import msgspec

from monitor.base import atomic
from monitor.call.scorecard import card_files
from monitor.catalogue.folder_reader import seen
from monitor.export.errors import ExportError

FOLDER = "exports"
"""In the calls folder; a file for each place and format."""

States = Mapping[str, str]
"""A short hash of the state of each call's files, by the call's id."""


@dataclass(frozen=True, slots=True)
class Exported:
    """What was exported to one place in one format."""

    to: str
    """The place."""
    kind: str
    """The format."""
    at: datetime | None = None
    """When last; None if never."""
    calls: States = field(default_factory=dict)
    """The calls, as they were then."""
    version: Literal[1] = 1
    """Of this file."""


def earlier(root: Path, kind: str, to: Path) -> Exported:
    """What was exported so far.

    Args:
        root: the folder of all calls.
        kind: the format.
        to: the place.

    Raises:
        ExportError: that cannot be read.
    """
    path, place = _file(root, kind, to), str(to.resolve())
    try:
        return msgspec.json.decode(path.read_bytes(), type=Exported)
    except FileNotFoundError:
        return Exported(place, kind)
    except (OSError, ValueError, RecursionError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is damaged"
        raise ExportError(
            f"Can't tell what was exported to {to} before: {path} can't be read ({reason}). Delete it to export "
            "everything again."
        ) from error


def states(root: Path, folders: Iterable[Path]) -> dict[Path, tuple[str, str]]:
    """The id and the state of each call, by its folder; taken before the call is read."""
    return {
        folder: (folder.relative_to(root).as_posix(), _short(seen(folder) + card_files.state(folder)))
        for folder in folders
    }


def note(root: Path, before: Exported, done: Iterable[tuple[str, str]]) -> None:
    """Note a complete export; calls that were deleted since are forgotten.

    Args:
        root: the folder of all calls.
        before: what was exported earlier.
        done: ids and states of what has been exported now.

    Raises:
        ExportError: it cannot be noted.
    """
    now = Exported(before.to, before.kind, datetime.now(UTC), _there(root, dict(before.calls) | dict(done)))
    path = _file(root, before.kind, Path(before.to))
    try:
        atomic.write(path, msgspec.json.encode(now))
    except OSError as error:
        raise ExportError(
            f"The export is complete, but can't be noted in {path}: {error.strerror}. Change its permissions; until "
            "then, --new repeats it."
        ) from error


def forget_gone(root: Path) -> None:
    """Remove the ids of calls that are gone from what is kept about exports; a damaged file is removed as a whole.

    Args:
        root: the folder of all calls.

    Raises:
        ExportError: a file cannot be changed.
    """
    for path in (root / FOLDER).glob("*.json"):
        try:
            kept = msgspec.json.decode(path.read_bytes(), type=Exported)
            there = _there(root, kept.calls)
            if there != kept.calls:
                atomic.write(path, msgspec.json.encode(replace(kept, calls=there)))
        except (ValueError, RecursionError):
            path.unlink(missing_ok=True)
        except OSError as error:
            raise ExportError(
                f"Can't remove the ids of deleted calls from {path}: {error.strerror}. Delete this file; the next "
                "export with --new then exports everything again."
            ) from error


def _there(root: Path, calls: States) -> dict[str, str]:
    return {call: state for call, state in calls.items() if (root / call).is_dir()}


def _file(root: Path, kind: str, to: Path) -> Path:
    return root / FOLDER / f"{kind}-{_short(str(to.resolve()))}.json"


def _short(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]

"""What is known of a call's copy in the store: kept beside the calls, so that their folders stay as they are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from monitor.base import atomic
from monitor.base.errors import CallFolderError
from monitor.objects.bucket import Stored
from monitor.shipping.object_names import CallKey

FOLDER = "shipped"
"""In the folder of all calls."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A file as it was when it was shipped or fetched."""

    size: int
    changed_ns: int
    sha256: str
    etag: str
    """Of the object."""
    version: str = ""

    def stored(self, key: str) -> Stored:
        """The object."""
        return Stored(key, self.size, self.etag, self.version)

    def is_of(self, path: Path) -> bool:
        """Whether the file has not been written since."""
        found = path.stat()
        return (found.st_size, found.st_mtime_ns) == (self.size, self.changed_ns)


@dataclass(frozen=True, slots=True)
class Record:
    """A call's copy."""

    key: CallKey
    sent: Mapping[str, Sent] = field(default_factory=dict)
    """The files that are in the store, by name."""
    tried: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """SHA-256 of what this program began to put there, by name of the file: it may have been killed before it knew."""


def path_of(root: Path, call: str) -> Path:
    """Where the record of a call is.

    Args:
        root: the folder of all calls.
        call: the name of its folder.
    """
    return root / FOLDER / f"{call}.json"


def read(root: Path, call: str) -> Record | None:
    """The record of a call; None if it has none.

    Raises:
        CallFolderError: it can't be read.
    """
    path = path_of(root, call)
    try:
        return msgspec.json.decode(path.read_bytes(), type=Record)
    except FileNotFoundError:
        return None
    except (ValueError, RecursionError):
        return None  # what is in the store is found out again, file by file
    except OSError as error:
        raise CallFolderError(f"Can't read {path}: {error.strerror}. Change its permissions.") from error


def write(root: Path, record: Record) -> None:
    """Keep the record of a call.

    Raises:
        CallFolderError: it can't be written.
    """
    path = path_of(root, record.key.call)
    try:
        atomic.write(path, msgspec.json.encode(record))
    except OSError as error:
        raise CallFolderError(
            f"Can't write {path}: {error.strerror}. Free some disk space or change its permissions."
        ) from error


def remove(root: Path, call: str) -> None:
    """Keep no record of a call any longer; it may have none."""
    path_of(root, call).unlink(missing_ok=True)


def every(root: Path) -> Iterator[Record]:
    """All records."""
    for path in sorted((root / FOLDER).glob("*.json")):
        if record := read(root, path.stem):
            yield record

"""Deletes from the store what is deleted here: noted first, so that a store that is away is not forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from monitor.base import atomic
from monitor.base.errors import CallFolderError
from monitor.objects.bucket import Bucket
from monitor.shipping import record
from monitor.shipping.object_names import DELETIONS, FORGOTTEN, CallKey, is_sound
from monitor.shipping.rejoin import send_lines
from monitor.shipping.send import Pace
from monitor.upkeep.retention import LOG, Deletion, Kind

FOLDER = "undeleted"
"""Beside the calls: a file for each call of which something is still to be deleted from the store."""


@dataclass(frozen=True, slots=True)
class Pending:
    """What is still to be deleted from the store."""

    key: CallKey
    what: Kind
    when: str
    """ISO 8601."""
    why: str


def note(root: Path, key: CallKey, deletion: Deletion) -> Pending:
    """Note that something is to be deleted; it is on the disk when this returns.

    Raises:
        CallFolderError: it can't be noted.
    """
    pending = Pending(key, deletion.what, deletion.when, deletion.why)
    path = _path(root, pending)
    try:
        atomic.write(path, msgspec.json.encode(pending))
    except OSError as error:
        raise CallFolderError(
            f"Can't write {path}: {error.strerror}. Nothing was deleted: free some disk space or change its "
            "permissions, then try again."
        ) from error
    return pending


def pending(root: Path) -> Iterator[Pending]:
    """What is still to be deleted from the store.

    Raises:
        CallFolderError: it can't be read.
    """
    for path in sorted((root / FOLDER).glob("*.json")):
        try:
            yield msgspec.json.decode(path.read_bytes(), type=Pending)
        except (OSError, ValueError, RecursionError) as error:
            raise CallFolderError(
                f"Can't read {path}, which says what is still to be deleted from the store. Restore it from a backup."
            ) from error


def delete(bucket: Bucket, root: Path, one: Pending) -> None:
    """Delete it from the store, and forget that it was to be.

    Of words, what others noted is deleted; the call itself must have been shipped without them before.

    Raises:
        KeepsVersionsError: it is deleted, but can still be read.
        StoreError: the store deletes nothing.
        CallFolderError: the record can't be written.
    """
    key = one.key
    if one.what == "call":
        bucket.put(key.forgotten, msgspec.json.encode({"when": one.when, "why": one.why}), over="anything")
    below = [key.folder] if one.what == "sound" else [key.notes] if one.what == "words" else [key.folder, key.notes]
    for prefix in below:
        for found in list(bucket.list(prefix)):
            if one.what != "sound" or is_sound(found.key.rpartition("/")[2]):
                bucket.delete(found.key)
    known = record.read(root, key.call)
    if known and one.what == "call":
        record.remove(root, key.call)
    elif known and one.what == "sound":
        left = {name: sent for name, sent in known.sent.items() if not is_sound(name)}
        record.write(root, record.Record(known.key, left, known.tried))
    drop(root, one)


def drop(root: Path, one: Pending) -> None:
    """Forget that something is to be deleted from the store."""
    _path(root, one).unlink(missing_ok=True)


def forgotten(bucket: Bucket) -> frozenset[str]:
    """The calls that nobody may keep or ship again, each as `CallKey.forgotten` has it.

    Raises:
        StoreError: the store can't be read.
    """
    return frozenset(found.key for found in bucket.list(FORGOTTEN))


def ship_log(bucket: Bucket, root: Path, site: str) -> None:
    """Ship the log of what was deleted here.

    Raises:
        StoreError: the store takes nothing.
        CallFolderError: it can't be noted that it was shipped.
        OSError: the log can't be read.
    """
    path = root / LOG
    if path.exists():
        own = CallKey("", DELETIONS, site)  # its record is beside those of the calls
        known = record.read(root, own.call) or record.Record(own)
        send_lines(bucket, root, known, path, f"{DELETIONS}/{site}.jsonl", Pace())


def _path(root: Path, one: Pending) -> Path:
    return root / FOLDER / f"{one.key.call}.{one.what}.json"

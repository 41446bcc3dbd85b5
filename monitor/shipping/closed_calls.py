"""Ships the calls of a calls folder: those that are over, and whatever changed in them since."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from monitor.call import find, lock
from monitor.call.info import read_info, readable_info
from monitor.objects.bucket import Bucket
from monitor.shipping import record
from monitor.shipping.object_names import CallKey, is_appended, is_call, shipped_files
from monitor.shipping.record import Record
from monitor.shipping.rejoin import send_lines
from monitor.shipping.send import Pace, send

RECENT = timedelta(days=1)
"""A call that is in progress began today or yesterday."""


def in_progress(root: Path, today: date) -> bool:
    """Whether a program is writing a call right now.

    Args:
        root: the folder of all calls.
        today: by the local clock.
    """
    days = (today - RECENT, today, today + RECENT)
    return any(lock.is_held(call) for day in days for call in find.folders_of(root / day.isoformat()))


def unshipped(root: Path) -> Iterator[Path]:
    """The calls that are over and that are not in the store as they are now.

    Args:
        root: the folder of all calls.

    Raises:
        CallFolderError: a record can't be read.
    """
    for folder in find.folders(root):
        if not is_call(folder) or _is_shipped(folder, record.read(root, folder.name)):
            continue
        info = readable_info(folder)
        if info and info.closed and not lock.is_held(folder):
            yield folder


def key_of(root: Path, folder: Path, site: str) -> CallKey:
    """Where a call is in the store, or will be; it stays there if its day is corrected."""
    known = record.read(root, folder.name)
    return known.key if known else CallKey(folder.parent.name, folder.name, site)


def ship(bucket: Bucket, root: Path, folder: Path, site: str, pace: Pace) -> None:
    """Bring the copy of a call in line with its folder: sound first, call.toml last.

    Args:
        bucket: the store.
        root: the folder of all calls.
        folder: of the call, which is over.
        site: the id of the calls folder.
        pace: when to wait.

    Raises:
        TakenError: another object has the name of one of its files.
        StoreError: the store takes nothing.
        StoppedError: shipping is to stop.
        CallFolderError: the record can't be written.
        OSError: a file can't be read.
    """
    known = record.read(root, folder.name) or Record(CallKey(folder.parent.name, folder.name, site))
    paths = list(shipped_files(folder))
    gone = known.sent.keys() - {path.name for path in paths}
    for path in paths[:-1]:
        key = f"{known.key.folder}/{path.name}"
        if is_appended(path.name):
            deleted = bool(read_info(folder).words_deleted)
            known = send_lines(bucket, root, known, path, key, pace, words_deleted=deleted)
        else:
            known = send(bucket, root, known, path, key, pace)
    for name in sorted(gone):  # such as the parts of a recording that was compressed, or a hold that was lifted
        bucket.delete(f"{known.key.folder}/{name}")
        known = replace(known, sent={other: sent for other, sent in known.sent.items() if other != name})
        record.write(root, known)
    for path in paths[-1:]:
        send(bucket, root, known, path, f"{known.key.folder}/{path.name}", pace)


def _is_shipped(folder: Path, known: Record | None) -> bool:
    if known is None:
        return False
    paths = {path.name: path for path in shipped_files(folder)}
    return paths.keys() == known.sent.keys() and all(known.sent[name].is_of(path) for name, path in paths.items())

"""Copies of shipped calls, in a folder that is laid out like that of all calls: every command works on it.

It is the platform's cache folder, for its owner alone. A copy has all files but the sound, which comes when it is
played or exported. `purge` deletes copies by age like calls, and a call that is forgotten or deleted in the store goes
at the next look.
"""

from __future__ import annotations

import hashlib
import shutil
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path

import platformdirs

from monitor.base import atomic
from monitor.base.errors import CallFolderError, MonitorError
from monitor.call import files
from monitor.call.info import read_info
from monitor.catalogue.site import site_of
from monitor.objects.bucket import Bucket, Stored, connect
from monitor.objects.errors import NoObjectError, TakenError
from monitor.shipping import deletions, merge, notes, record
from monitor.shipping.object_names import CALLS, CallKey, is_appended, is_sound
from monitor.shipping.record import Record, Sent

AT_ONCE = 8
"""Calls that are fetched at the same time: a store answers slowly, and many at once."""

Listing = Mapping[CallKey, Mapping[str, Stored]]


@dataclass(frozen=True, slots=True)
class Looked:
    """What a look at the store has changed here."""

    changed: Sequence[Path]
    """Folders of copies that are new or were brought up to date."""
    gone: Sequence[Path]
    """Folders of copies that were deleted."""


def folder_of(url: str) -> Path:
    """Where the copies from a store are kept."""
    return platformdirs.user_cache_path("tone-monitor") / "shipped" / hashlib.sha256(url.encode()).hexdigest()[:16]


def look(bucket: Bucket, cache: Path, site: str, since: date) -> Looked:
    """Send what was noted on copies, and bring them in line with the store, all but their sound.

    Args:
        bucket: the store.
        cache: the folder of all copies.
        site: its id.
        since: calls of earlier days are not fetched.

    Raises:
        StoreError: the store can't be used.
        CallFolderError: the copies can't be written.
        SealedError: notes on a sealed call can't be read.
    """
    for pending in list(deletions.pending(cache)):
        deletions.delete(bucket, cache, pending)
    forgotten, found = deletions.forgotten(bucket), listing(bucket)
    try:
        dropped = []
        for one in list(_records(cache)):
            folder = folder_in(cache, one.key)
            there = one.key in found and one.key.forgotten not in forgotten
            if there and folder.is_dir():
                notes.push(bucket, cache, folder, site)
            elif not there and (one.key.forgotten in forgotten or not any(notes.unsent(folder, one))):
                _drop(cache, one)
                dropped.append(folder)
        recent = [
            (key, files_there)
            for key, files_there in found.items()
            if key.forgotten not in forgotten and key.day >= since.isoformat()
        ]
        with ThreadPoolExecutor(AT_ONCE) as pool:
            changed = list(pool.map(partial(_bring_in_line, bucket, cache), recent))
    except OSError as error:
        raise CallFolderError(
            f"Can't keep copies of shipped calls in {cache}: {error.strerror or error}. Free some disk space or change "
            "its permissions."
        ) from error
    return Looked([folder for folder in changed if folder], dropped)


def sent_notes(url: str) -> list[str]:
    """Do for all copies from a store what `send_notes` does, if there are any; give a sentence for what failed."""
    cache = folder_of(url)
    if not cache.is_dir():
        return []
    try:
        send_notes(connect(url), cache, site_of(cache))
    except MonitorError as error:
        return [str(error)]
    except OSError as error:
        return [f"Can't read the copies in {cache}: {error.strerror}. Change their permissions."]
    return []


def send_notes(bucket: Bucket, cache: Path, site: str) -> None:
    """Delete what is to be deleted, and send what was noted on copies, without a look at the calls of others.

    Raises:
        StoreError: the store can't be used.
        CallFolderError: the copies can't be read.
        SealedError: notes on a sealed call can't be read.
    """
    for pending in list(deletions.pending(cache)):
        deletions.delete(bucket, cache, pending)
    forgotten = deletions.forgotten(bucket)
    for one in _records(cache):
        folder = folder_in(cache, one.key)
        if folder.is_dir() and one.key.forgotten not in forgotten:
            notes.push(bucket, cache, folder, site)


def listing(bucket: Bucket) -> Listing:
    """The files of every call that is whole in the store: those that have a call.toml.

    Raises:
        StoreError: the store can't be read.
    """
    found: dict[CallKey, dict[str, Stored]] = defaultdict(dict)
    for one in bucket.list(CALLS):
        if named := CallKey.of(one.key):
            found[named[0]][named[1]] = one
    return {key: there for key, there in found.items() if files.ABOUT in there}


def fetch_sound(bucket: Bucket, cache: Path, folder: Path) -> None:
    """Fetch the sound of a call that is not here yet.

    Raises:
        StoreError: the store can't be read.
        CallFolderError: it can't be written.
    """
    known = record.read(cache, folder.name)
    if known is None or files.sound_parts(folder):
        return
    try:
        for one in list(bucket.list(known.key.folder)):
            name = one.key.rpartition("/")[2]
            if is_sound(name):
                known = _fetched(bucket, known, folder / name, one)
                record.write(cache, known)
    except OSError as error:
        raise CallFolderError(f"Can't fetch the sound to {folder}: {error.strerror}. Free some disk space.") from error


def _records(cache: Path) -> Iterator[Record]:
    yield from (one for one in record.every(cache) if one.key.day and not one.key.call.endswith(notes.OWN))


def folder_in(cache: Path, key: CallKey) -> Path:
    """The folder of a copy."""
    return cache / key.day / key.call


def _drop(cache: Path, known: Record) -> None:
    with suppress(FileNotFoundError):
        shutil.rmtree(folder_in(cache, known.key))
    record.remove(cache, known.key.call)
    record.remove(cache, known.key.call + notes.OWN)


def _bring_in_line(bucket: Bucket, cache: Path, call: tuple[CallKey, Mapping[str, Stored]]) -> Path | None:
    """Fetch what has changed in a call, call.toml last; give its folder if there was anything."""
    key, there = call
    known = record.read(cache, key.call) or Record(key)
    if known.key != key:
        raise CallFolderError(f"Two calls in {bucket.url} are named {key.call}. Forget one of them.")
    changed = {name for name, one in there.items() if not _is_here(known, name, one)}
    stale = [name for name in known.sent if name not in there or (is_sound(name) and name in changed)]
    new = sorted((name for name in changed if not is_sound(name)), key=lambda name: (name == files.ABOUT, name))
    if not stale and not new:
        return None
    folder = folder_in(cache, key)
    atomic.make_folder(folder)
    for name in stale:
        (folder / name).unlink(missing_ok=True)
    known = replace(known, sent={name: sent for name, sent in known.sent.items() if name not in stale})
    own = {name: notes.own_lines(folder / name) for name in new if is_appended(name) and (folder / name).exists()}
    with suppress(NoObjectError, TakenError):  # it is being shipped or deleted this moment: the next look sees it
        for name in new:
            known = _fetched(bucket, known, folder / name, there[name])
    for name, lines in own.items():
        merge.add(folder / name, lines, words_deleted=bool(read_info(folder).words_deleted))
    record.write(cache, known)
    return folder


def _is_here(known: Record, name: str, one: Stored) -> bool:
    sent = known.sent.get(name)
    return sent is not None and (sent.etag, sent.version) == (one.etag, one.version)


def _fetched(bucket: Bucket, known: Record, path: Path, one: Stored) -> Record:
    bucket.fetch(one, path)
    if is_appended(path.name):
        atomic.write(path.with_name(path.name + notes.BASE), path.read_bytes())
    stat = path.stat()
    sent = Sent(stat.st_size, stat.st_mtime_ns, "", one.etag, one.version)
    return replace(known, sent={**known.sent, path.name: sent})

"""Notes about a call by people who have only a copy of it: they go to the store, and from there to its desk.

The store is only their way: when the desk has added them to its call and shipped it, they are deleted there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from monitor.base.errors import CallFolderError
from monitor.call import files
from monitor.call.info import read_info
from monitor.call.scorecard import card_files
from monitor.objects.bucket import Bucket, Stored
from monitor.shipping import merge, record
from monitor.shipping.object_names import NOTES, is_appended, is_noted
from monitor.shipping.record import Record
from monitor.shipping.send import Pace, send

OWN = ".notes"
"""Ends the name of the record of what was noted here on a copy."""
BASE, OUTGOING = ".base", ".outgoing"
"""End the names of a file as it was fetched, and of what was added to it since."""
INCOMING = ".incoming"
"""Ends the name of a fetched file until its lines are in the one that is kept. It lies beside that one: what is
sealed is opened with the key of its call."""


def own_lines(path: Path) -> bytes:
    """What was added here to a file of a copy since it was fetched.

    Raises:
        OSError: it can't be read.
        SealedError: it is sealed, and there is no key.
    """
    base = path.with_name(path.name + BASE)
    return merge.missing_in(files.read(base) if base.exists() else b"", files.read(path))


def unsent(folder: Path, known: Record) -> Iterator[Path]:
    """The files of a copy to which people have added something since they were fetched; raises as `own_lines` does."""
    for path in sorted(folder.iterdir()):
        fetched = known.sent.get(path.name)
        if not path.is_file() or not is_noted(path.name) or (fetched and fetched.is_of(path)):
            continue
        if not is_appended(path.name) or own_lines(path):
            yield path


def push(bucket: Bucket, cache: Path, folder: Path, writer: str) -> None:
    """Put into the store what was noted on a copy of a call.

    Args:
        bucket: the store.
        cache: the folder of all copies.
        folder: of the copy.
        writer: the id of the folder of all copies.

    Raises:
        StoreError: the store takes nothing.
        CallFolderError: a record can't be read or written.
        SealedError: the notes are sealed, and there is no key.
        OSError: the notes can't be read.
    """
    known = record.read(cache, folder.name)
    if known is None:
        return
    own = folder.name + OWN
    sent = record.read(cache, own) or Record(replace(known.key, call=own))
    for path in unsent(folder, known):
        outgoing = path
        if is_appended(path.name):
            outgoing = path.with_name(path.name + OUTGOING)
            files.write(outgoing, own_lines(path))
        sent = send(bucket, cache, sent, outgoing, f"{known.key.notes}/{writer}/{path.name}", Pace())
        if outgoing != path:
            outgoing.unlink()


def of_others(bucket: Bucket, site: str) -> dict[str, list[Stored]]:
    """What others noted about the calls of a site, by the name of the call's folder.

    Raises:
        StoreError: the store can't be read.
    """
    found: dict[str, list[Stored]] = defaultdict(list)
    for one in bucket.list(f"{NOTES}/{site}"):
        _, _, call, *rest = one.key.split("/")
        if is_noted(rest[-1] if rest else ""):
            found[call].append(one)
    return found


def take(bucket: Bucket, folder: Path, noted: Stored) -> bool:
    """Add what somebody else noted to a call; say whether anything was new.

    Args:
        bucket: the store.
        folder: of the call.
        noted: the object with the notes.

    Raises:
        StoreError: the store can't be read.
        CallFolderError: the call can't be read or written.
    """
    path = folder / noted.key.rpartition("/")[2]
    incoming = path.with_name(path.name + INCOMING)
    try:
        bucket.fetch(noted, incoming)
        deleted = bool(read_info(folder).words_deleted)
        if is_appended(path.name):
            return merge.add(path, files.read(incoming), words_deleted=deleted)
        incoming.replace(path)
        if deleted:
            card_files.remove_words(folder)
    except OSError as error:
        raise CallFolderError(
            f"Can't add the notes of others to {folder}: {error.strerror or error}. Free some disk space or change its "
            "permissions; the next run tries again."
        ) from error
    finally:
        incoming.unlink(missing_ok=True)
    return True

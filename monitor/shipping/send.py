"""Puts one file into the store: what another has put there stays, and what this program had begun is continued."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from pathlib import Path

from monitor.objects.bucket import PART_BYTES, Bucket, Stored
from monitor.objects.errors import TakenError
from monitor.shipping import record
from monitor.shipping.record import Record, Sent


class StoppedError(Exception):
    """Shipping is to stop; nothing is half in the store."""


@dataclass(frozen=True, slots=True)
class Pace:
    """When to wait, so that no call is slowed down."""

    wait: Callable[[], object] = lambda: None
    """Called before each file and each piece; returns when no call is in progress.

    Raises:
        StoppedError: the program ends.
    """


def send(  # noqa: PLR0913, PLR0917 - what, where, as what and when
    bucket: Bucket, root: Path, known: Record, path: Path, key: str, pace: Pace
) -> Record:
    """Put a file into the store unless it is there already, and note that it is.

    Args:
        bucket: the store.
        root: the folder of all calls.
        known: the record of the call.
        path: of the file.
        key: of its object.
        pace: when to wait.

    Raises:
        TakenError: another object has its name; it is unchanged.
        StoreError: the store takes nothing.
        StoppedError: shipping is to stop.
        CallFolderError: the record can't be written.
        OSError: the file can't be read.
    """
    name, before = path.name, known.sent.get(path.name)
    if before and before.is_of(path):
        return known
    pace.wait()
    stat = path.stat()
    small = path.read_bytes() if stat.st_size <= PART_BYTES else None  # once: people may add lines meanwhile
    digest = _digest_of(path) if small is None else hashlib.sha256(small).hexdigest()
    if before and before.sha256 == digest:
        found = before.stored(key)
    else:
        tried = tuple(dict.fromkeys((*known.tried.get(name, ()), digest)))
        known = replace(known, tried={**known.tried, name: tried})
        record.write(root, known)  # first: after a kill, it is known whose object is there
        content = _Content(path, small, pace)
        ours = frozenset(tried) | ({before.sha256} if before else frozenset())
        found = _put(bucket, content, before.stored(key) if before else None, key, ours)
    sent = Sent(stat.st_size, stat.st_mtime_ns, digest, found.etag, found.version)
    known = replace(known, sent={**known.sent, name: sent}, tried=_without(known.tried, name))
    record.write(root, known)
    return known


@dataclass(frozen=True, slots=True)
class _Content:
    path: Path
    small: bytes | None
    """All of it, unless it is large."""
    pace: Pace

    def put(self, bucket: Bucket, key: str, over: Stored | None) -> Stored:
        if self.small is not None:
            return bucket.put(key, self.small, over or "nothing")
        return bucket.put_pieces(key, self._pieces(), over or "nothing")

    def _pieces(self) -> Iterator[bytes]:
        with self.path.open("rb") as file:
            while piece := file.read(PART_BYTES):
                self.pace.wait()
                yield piece


def _put(bucket: Bucket, content: _Content, before: Stored | None, key: str, ours: AbstractSet[str]) -> Stored:
    try:
        return content.put(bucket, key, before)
    except TakenError:
        there = bucket.head(key)
    if there and bucket.digest(there) not in ours:
        raise TakenError(
            f"{bucket.url.rstrip('/')}/{key} holds something that was not put there from here. It was not overwritten, "
            "and this file is not shipped: move or delete that object."
        )
    return content.put(bucket, key, there)


def _digest_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _without(tried: Mapping[str, tuple[str, ...]], name: str) -> dict[str, tuple[str, ...]]:
    return {other: digests for other, digests in tried.items() if other != name}

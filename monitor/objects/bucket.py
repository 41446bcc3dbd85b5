"""A bucket, or a folder of it: objects are put, got, listed and deleted by their keys."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from monitor.base import atomic
from monitor.objects.errors import NOT_INSTALLED, KeepsVersionsError, NoObjectError, StoreError, TakenError, reported

if TYPE_CHECKING:
    from obstore.store import ObjectStore

SCHEMES = ("s3", "s3a", "gs", "az", "azure", "abfs", "abfss", "file")
PART_BYTES = 8 << 20
"""An object that comes in pieces is sent in parts of this size."""
_NO_VERSION = (None, "", "null")
"""What a store that keeps no versions calls the only one."""
_RETRIES: Final[Any] = {
    "max_retries": 2,
    "backoff": {"init_backoff": timedelta(seconds=0.1), "max_backoff": timedelta(seconds=1), "base": 2},
    "retry_timeout": timedelta(seconds=20),
}
_TIMEOUTS: Final[Any] = {"connect_timeout": "5s", "timeout": "120s"}
"""A part takes as long as this on the slowest line that is of any use."""


@dataclass(frozen=True, slots=True)
class Stored:
    """An object, as it was when it was put or looked at."""

    key: str
    size: int
    """In bytes."""
    etag: str
    """What changes when its content does."""
    version: str = ""
    """Its id, where the store keeps older ones."""
    changed: datetime | None = None
    """By the store's clock."""


Over = Stored | Literal["nothing", "anything"]
"""What a new object may overwrite."""


class Bucket:
    """Objects below an address.

    Args:
        store: the library's.
        url: the address, for messages.
    """

    def __init__(self, store: ObjectStore, url: str) -> None:
        self._store = store
        self.url = url

    def put(self, key: str, content: bytes, over: Over = "nothing") -> Stored:
        """Write an object, whole or not at all.

        Args:
            key: its name.
            content: all of it.
            over: what may be overwritten: nothing, one object as it was, or anything.

        Raises:
            TakenError: something else is there; it is unchanged.
            StoreError: the store takes nothing.
        """
        import obstore

        with reported(self.url, "write to", key):
            result = obstore.put(self._store, key, content, mode=self._mode(key, over))
        return Stored(key, len(content), result["e_tag"] or "", _version(result["version"]))

    def put_pieces(self, key: str, pieces: Iterable[bytes], over: Over = "nothing") -> Stored:
        """Write a large object piece by piece, whole or not at all; like `put`.

        Stores check what may be overwritten only before the first piece.
        """
        import obstore

        if over != "anything":
            self._check(key, over)
        with reported(self.url, "write to", key):
            obstore.put(self._store, key, pieces, chunk_size=PART_BYTES, max_concurrency=1)
        if found := self.head(key):
            return found
        raise StoreError(f"{self.url} has lost {key} right after it was written. Check it, then run the command again.")

    def get(self, key: str) -> bytes:
        """Read an object.

        Raises:
            NoObjectError: there is none.
            StoreError: the store can't be read.
        """
        import obstore

        with reported(self.url, "read", key):
            return bytes(obstore.get(self._store, key).bytes())

    def fetch(self, one: Stored, path: Path) -> None:
        """Write an object to a file, whole or not at all, if it is still as it was.

        Raises:
            NoObjectError: it is gone, or arrives damaged.
            TakenError: it has changed.
            StoreError: the store can't be read.
            OSError: the file can't be written.
        """
        import obstore

        with atomic.replacing(path) as file:
            with reported(self.url, "read", one.key):
                found = obstore.get(self._store, one.key, options={"if_match": one.etag} if one.etag else None)
                pieces = iter(found.stream())
            while True:
                with reported(self.url, "read", one.key):
                    piece = next(pieces, None)
                if piece is None:
                    break
                file.write(bytes(piece))
            if file.tell() != one.size:
                raise NoObjectError(f"{self.url.rstrip('/')}/{one.key} arrives incomplete. Run the command again.")

    def digest(self, one: Stored) -> str:
        """SHA-256 of an object, in hexadecimal; raises as `get` does."""
        import obstore

        found = hashlib.sha256()
        with reported(self.url, "read", one.key):
            for piece in obstore.get(self._store, one.key).stream():
                found.update(piece)
        return found.hexdigest()

    def head(self, key: str) -> Stored | None:
        """What is known of an object; None if there is none.

        Raises:
            StoreError: the store can't be read.
        """
        import obstore

        with suppress(NoObjectError), reported(self.url, "read", key):
            return _stored(obstore.head(self._store, key))
        return None

    def list(self, below: str = "") -> Iterator[Stored]:
        """All objects whose keys begin with this and a slash; all at all if it is empty.

        Raises:
            StoreError: the store can't be read.
        """
        import obstore

        with reported(self.url, "list", ""):
            batches = iter(obstore.list(self._store, prefix=below.strip("/") or None, chunk_size=1000))
        while True:
            with reported(self.url, "list", ""):
                batch = next(batches, None)
            if batch is None:
                return
            yield from map(_stored, batch)

    def delete(self, key: str) -> None:
        """Delete an object for good; nothing happens if there is none.

        Raises:
            KeepsVersionsError: it is deleted, but an older version of it can still be read.
            StoreError: the store deletes nothing.
        """
        import obstore

        was = self.head(key)
        if was is None:
            return
        with suppress(NoObjectError), reported(self.url, "delete from", key):
            obstore.delete(self._store, key)
        if self.holds(was):
            raise KeepsVersionsError(
                f"{self.url} keeps what is deleted: an older version of {key} can still be read. Delete all its "
                "versions with the tools of its provider, and stop the store from keeping versions."
            )

    def holds(self, one: Stored) -> bool:
        """Whether this version of an object can be read, though it may be deleted.

        Raises:
            StoreError: the store can't be read.
        """
        import obstore

        if one.version in _NO_VERSION:
            return self.head(one.key) is not None
        with suppress(NoObjectError), reported(self.url, "read", one.key):
            obstore.get(self._store, one.key, options={"version": one.version})
            return True
        return False

    def _mode(self, key: str, over: Over) -> Any:  # noqa: ANN401 - as the library has it
        from obstore.store import LocalStore

        match over:
            case "nothing":
                return "create"
            case "anything":
                return "overwrite"
            case _ if isinstance(self._store, LocalStore):  # which has no conditions
                self._check(key, over)
                return "overwrite"
        return {"e_tag": over.etag} | ({"version": over.version} if over.version else {})

    def _check(self, key: str, over: Over) -> None:
        """See to it that nothing but this is there."""
        found = self.head(key)
        wanted = over if isinstance(over, Stored) else None
        if (found and found.etag) != (wanted and wanted.etag):
            raise TakenError(f"{self.url.rstrip('/')}/{key} is something else than expected. Nothing was overwritten.")


def connect(url: str) -> Bucket:
    """The bucket at an address, such as s3://bucket/folder, or in a folder; nothing is asked of it yet.

    Raises:
        StoreError: it is no such address, the folder is missing, or the extra is not installed.
    """
    try:
        from obstore.exceptions import BaseError
        from obstore.store import LocalStore, from_url
    except ImportError as error:
        raise StoreError(NOT_INSTALLED) from error
    scheme, found, rest = url.partition("://")
    try:
        if found and scheme != "file":
            if scheme not in SCHEMES:
                raise ValueError(scheme)  # noqa: TRY301 - the same sentence
            return Bucket(from_url(url.rstrip("/"), retry_config=_RETRIES, client_options=_options()), url)
    except (BaseError, ValueError) as error:
        raise StoreError(
            f"{url} is not the address of an object store. Correct objects.url in the settings: s3://bucket, "
            "gs://bucket, az://container or a folder."
        ) from error
    folder = Path(rest if found else url).expanduser()
    if not folder.is_absolute():
        raise StoreError(f"{url} is not an absolute path. Correct objects.url in the settings.")
    if not folder.is_dir():  # never made: a network drive that is away must not be taken for a new store
        raise StoreError(f"There is no folder {folder}. Connect its drive, create it, or correct objects.url.")
    return Bucket(LocalStore(folder), url)


def _options() -> Any:  # noqa: ANN401 - as the library has it
    import os

    return {**_TIMEOUTS, "allow_http": os.environ.get("AWS_ALLOW_HTTP", "").casefold() in {"true", "1"}}


def _stored(meta: Any) -> Stored:  # noqa: ANN401 - the library's
    return Stored(meta["path"], meta["size"], meta["e_tag"] or "", _version(meta["version"]), meta["last_modified"])


def _version(found: str | None) -> str:
    return "" if found in _NO_VERSION else str(found)

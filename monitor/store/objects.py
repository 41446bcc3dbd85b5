"""Objects of a store, by their addresses: listed, and fetched into files of this machine."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from monitor.objects.errors import NOT_INSTALLED, NoObjectError, StoreError

if TYPE_CHECKING:
    from obstore.store import ObjectStore

SCHEMES = ("s3", "s3a", "gs", "az", "abfs", "abfss", "file")
"""How the address of an object begins."""
MD5_DIGITS = 32
TRIES = 2
"""Downloads until two agree, where the store's checksum says nothing."""


@dataclass(frozen=True, slots=True)
class StoredObject:
    """One object, as it was when it was listed."""

    url: str
    size: int | None = None
    """In bytes; None if it was not found."""
    etag: str = ""
    """What changes when its content does."""

    @property
    def name(self) -> str:
        """The last part of its address."""
        return PurePosixPath(_key(self.url)).name

    @property
    def revision(self) -> str:
        """What changes when the object does."""
        return "missing" if self.size is None else f"{self.size}-{self.etag}"


def url_of(path: Path | str) -> str:
    """The address that a path on the command line stands for, which has one slash less; empty for a file."""
    text = path.as_posix() if isinstance(path, Path) else path
    scheme, found, rest = text.partition(":/")
    if not found or scheme not in SCHEMES:
        return ""
    return f"{scheme}:///{rest.lstrip('/')}" if scheme == "file" else f"{scheme}://{rest.lstrip('/')}"


def path_of(url: str) -> Path:
    """The path that stands for an address."""
    return Path(url.replace("://", ":/", 1))


def listed(url: str) -> Iterator[StoredObject]:
    """The object at an address, or all below it.

    Raises:
        StoreError: the store can't be read.
    """
    store, key = _store(url)
    root = url.removesuffix(key) if key else f"{url.rstrip('/')}/"
    with _reported(url):
        below = f"{key.rstrip('/')}/" if key else None
        found = False
        for batch in store.list(prefix=below and below.rstrip("/")):
            for meta in batch:
                if below is None or meta["path"].startswith(below):
                    found = True
                    yield StoredObject(root + meta["path"], meta["size"], meta["e_tag"] or "")
        if not found and key:
            yield look(url)


def look(url: str) -> StoredObject:
    """The object at an address; without a size if there is none.

    Raises:
        StoreError: the store can't be read.
    """
    store, key = _store(url)
    try:
        with _reported(url):
            meta = store.head(key)
    except NoObjectError:
        return StoredObject(url)
    return StoredObject(url, meta["size"], meta["e_tag"] or "")


def fetch(one: StoredObject, folder: Path) -> Path:
    """Download an object as it was listed, and check what came.

    Args:
        one: the object.
        folder: for the file, which gets the object's name.

    Raises:
        NoObjectError: it is not there, has changed, or can't be read whole.
        StoreError: the store can't be read.
    """
    path = folder / (one.name or "object")
    checksum = one.etag.strip('"')
    before = ""
    for _ in range(TRIES):
        found = _download(one, path)
        if one.size is not None and path.stat().st_size != one.size:
            continue
        if len(checksum) != MD5_DIGITS or found.md5 == checksum or found.sha256 == before:
            return path  # an etag that is no MD5 says nothing, as that of an object in parts; two downloads do
        before = found.sha256
    raise NoObjectError(f"{one.url} arrives damaged. Check the network, or upload it again.")


@dataclass(frozen=True, slots=True)
class _Hashes:
    md5: str
    sha256: str


def _download(one: StoredObject, path: Path) -> _Hashes:
    store, key = _store(one.url)
    import hashlib  # OpenSSL takes some milliseconds to load, and every command imports this

    md5, sha256 = hashlib.md5(usedforsecurity=False), hashlib.sha256()
    with _reported(one.url):
        found = store.get(key, options={"if_match": one.etag} if one.etag else None)
        with path.open("wb") as file:
            for chunk in found.stream():
                block = bytes(chunk)
                md5.update(block)
                sha256.update(block)
                file.write(block)
        changed_s = found.meta["last_modified"].timestamp()
    os.utime(path, (changed_s, changed_s))  # a recording may be dated by it
    return _Hashes(md5.hexdigest(), sha256.hexdigest())


@contextmanager
def _reported(url: str) -> Iterator[None]:
    from obstore import exceptions

    try:
        yield
    except (exceptions.NotFoundError, FileNotFoundError) as error:
        raise NoObjectError(f"There is no {url}. Correct the metadata, or upload it.") from error
    except exceptions.PreconditionError as error:
        raise NoObjectError(f"{url} has changed since it was listed. Run the same command again.") from error
    except (exceptions.PermissionDeniedError, exceptions.UnauthenticatedError) as error:
        raise StoreError(f"Can't read {url}: access denied. Check the credentials of the object store.") from error
    except exceptions.BaseError as error:
        if "NoSuchBucket" in str(error):
            raise StoreError(f"There is no bucket {urlsplit(url).netloc}. Check the address {url}.") from error
        raise StoreError(
            f"Can't read {url} ({type(error).__name__}). Check its address and the network, such as AWS_ENDPOINT_URL."
        ) from error


def _key(url: str) -> str:
    return unquote(urlsplit(url).path).lstrip("/")


def _store(url: str) -> tuple[ObjectStore, str]:
    """The store of an address, and the key in it."""
    parts = urlsplit(url)
    root = "file:///" if parts.scheme == "file" else f"{parts.scheme}://{parts.netloc}"
    return _connected(root), _key(url)


@lru_cache(maxsize=8)
def _connected(root: str) -> ObjectStore:
    try:
        from obstore.exceptions import BaseError
        from obstore.store import from_url
    except ImportError as error:
        raise StoreError(NOT_INSTALLED) from error
    try:
        return from_url(root)
    except (BaseError, ValueError) as error:
        raise StoreError(f"{root} is not the address of an object store that can be used ({error}).") from error

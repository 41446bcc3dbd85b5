"""What roll-outs need of an object store."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, Protocol

from monitor.rollout.document import key_of, version_of


class StoredName(Protocol):
    """An object that was listed."""

    @property
    def key(self) -> str:
        """Its name."""


class ObjectStore(Protocol):
    """An object store; each method raises StoreError if the store can't be used."""

    def put(self, key: str, content: bytes, over: Literal["nothing", "anything"] = "nothing") -> object:
        """Write an object; raises TakenError if there is one and nothing may be overwritten."""

    def get(self, key: str) -> bytes:
        """Read an object; raises NoObjectError if there is none."""

    def list(self, below: str = "") -> Iterator[StoredName]:
        """All objects whose names begin with this and a slash."""


def versions(store: ObjectStore) -> list[int]:
    """All versions in the store, the newest first."""
    found = (version_of(one.key) for one in store.list("rollout/versions"))
    return sorted((version for version in found if version), reverse=True)


def read(store: ObjectStore, version: int) -> bytes:
    """The object of a version."""
    return store.get(key_of(version))

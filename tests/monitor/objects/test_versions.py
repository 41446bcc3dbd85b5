"""A store that keeps what is deleted is found out; one that does not is left as it was."""

import pytest

from monitor.objects.bucket import Bucket, Stored
from monitor.objects.errors import KeepsVersionsError
from monitor.objects.versions import check_forgets, not_known

stores = pytest.importorskip("obstore.store")


class Versioned(Bucket):
    """Keeps every version of an object, as a bucket with versioning does."""

    def head(self, key: str) -> Stored | None:
        found = super().head(key)
        return Stored(found.key, found.size, found.etag, "version 1") if found else None

    def holds(self, one: Stored) -> bool:
        return bool(one.version)


def test_a_store_that_forgets_is_left_empty() -> None:
    bucket = Bucket(stores.MemoryStore(), "memory://")
    check_forgets(bucket)
    assert list(bucket.list()) == []


def test_a_store_that_keeps_versions_is_refused() -> None:
    with pytest.raises(KeepsVersionsError, match="could still be read"):
        check_forgets(Versioned(stores.MemoryStore(), "s3://calls"))


def test_what_cannot_be_asked_is_said() -> None:
    assert "soft delete" in not_known("gs://calls")
    assert "snapshots" in not_known("/mnt/calls")
    assert not_known("s3://calls") == ""

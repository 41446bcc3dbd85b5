"""Objects that are put, got, listed and deleted, in a folder and in memory."""

from pathlib import Path

import pytest

from monitor.objects.bucket import Bucket, connect
from monitor.objects.errors import NoObjectError, StoreError, TakenError

stores = pytest.importorskip("obstore.store")


@pytest.fixture(params=["folder", "memory"])
def bucket(request: pytest.FixtureRequest, tmp_path: Path) -> Bucket:
    if request.param == "memory":
        return Bucket(stores.MemoryStore(), "memory://")
    (tmp_path / "store").mkdir()
    return connect(str(tmp_path / "store"))


def test_an_object_is_found_again_as_it_was_put(bucket: Bucket, tmp_path: Path) -> None:
    put = bucket.put("calls/a/call.toml", b"content")
    assert bucket.get("calls/a/call.toml") == b"content"
    found = bucket.head("calls/a/call.toml")
    assert found
    assert (found.size, found.etag) == (7, put.etag)
    bucket.fetch(found, tmp_path / "copy")
    assert (tmp_path / "copy").read_bytes() == b"content"


def test_an_object_in_pieces_is_put_whole(bucket: Bucket) -> None:
    put = bucket.put_pieces("large", (b"x" * 3_000_000 for _ in range(4)))
    assert put.size == 12_000_000 == len(bucket.get("large"))


def test_a_pause_between_pieces_that_fails_leaves_no_object(bucket: Bucket) -> None:
    def pieces() -> object:
        yield b"x" * 9_000_000
        raise InterruptedError

    with pytest.raises((InterruptedError, StoreError)):
        bucket.put_pieces("large", pieces())  # type: ignore[arg-type]
    assert bucket.head("large") is None


def test_what_is_there_is_not_overwritten(bucket: Bucket) -> None:
    first = bucket.put("a", b"somebody's")
    with pytest.raises(TakenError, match="Nothing was overwritten"):
        bucket.put("a", b"ours")
    with pytest.raises(TakenError, match="Nothing was overwritten"):
        bucket.put_pieces("a", iter([b"ours"]))
    second = bucket.put("a", b"later", over=first)
    with pytest.raises(TakenError, match="Nothing was overwritten"):
        bucket.put("a", b"ours", over=first)
    assert bucket.get("a") == b"later"
    bucket.put("a", b"by force", over="anything")
    bucket.put_pieces("a", [b"in ", b"pieces"], over=bucket.head("a") or second)
    assert bucket.get("a") == b"in pieces"


def test_a_list_holds_what_is_below_a_folder_alone(bucket: Bucket) -> None:
    for key in ("calls/1/a", "calls/2/b", "calls-of-others/c", "d"):
        bucket.put(key, b"")
    assert sorted(one.key for one in bucket.list("calls")) == ["calls/1/a", "calls/2/b"]
    assert len(list(bucket.list())) == 4


def test_a_deleted_object_is_gone_and_deleting_it_again_changes_nothing(bucket: Bucket) -> None:
    bucket.put("a", b"1")
    bucket.delete("a")
    bucket.delete("a")
    assert bucket.head("a") is None
    with pytest.raises(NoObjectError, match="There is no "):
        bucket.get("a")


def test_a_changed_object_is_not_fetched_as_the_old_one(bucket: Bucket, tmp_path: Path) -> None:
    was = bucket.put("a", b"1")
    bucket.put("a", b"2, and longer", over=was)
    with pytest.raises(TakenError, match="has changed"):
        bucket.fetch(was, tmp_path / "copy")
    assert list(tmp_path.glob("copy*")) == []


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("/not/there", "There is no folder /not/there. Connect its drive"),
        ("calls", "is not an absolute path"),
        ("ftp://calls", "is not the address of an object store"),
        ("az://", "is not the address of an object store"),
    ],
)
def test_an_address_that_is_none_is_a_sentence(url: str, said: str) -> None:
    with pytest.raises(StoreError, match=said):
        connect(url)

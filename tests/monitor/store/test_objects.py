"""Objects of a store, fetched into files: whole, as they were listed, and gone afterwards."""

import hashlib
from pathlib import Path

import pytest

from monitor.objects.errors import NoObjectError, StoreError
from monitor.store import copies as copies_module
from monitor.store import objects
from monitor.store.copies import HELD, copies
from monitor.store.objects import StoredObject, fetch, listed, look, path_of, url_of

pytest.importorskip("obstore")


@pytest.fixture(autouse=True)
def own_temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(copies_module, "gettempdir", lambda: str(folder))
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    return folder


def url(path: Path) -> str:
    return f"file://{path}"


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A folder that is addressed like a store, with two objects below a prefix and one beside it."""
    for name in ("rec/a.wav", "rec/b/a.wav", "recorded.wav"):
        path = tmp_path / "store" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(name.encode())
    return tmp_path / "store"


@pytest.mark.parametrize("address", ["s3://bucket/a/b.wav", "gs://bucket/a.wav", "file:///a/b.wav"])
def test_an_address_on_the_command_line_stays_one(address: str) -> None:
    assert url_of(Path(address)) == url_of(address) == url_of(path_of(address)) == address


@pytest.mark.parametrize("path", ["call.wav", "/calls/a.wav", "s3/a.wav", "c:/calls/a.wav"])
def test_a_path_is_no_address(path: str) -> None:
    assert url_of(Path(path)) == ""


def test_all_objects_below_a_prefix_are_listed_and_none_beside_it(store: Path) -> None:
    found = sorted(listed(url(store / "rec")), key=lambda one: one.url)
    assert [one.url for one in found] == [url(store / "rec/a.wav"), url(store / "rec/b/a.wav")]
    assert found[0].size == len("rec/a.wav")
    assert [one.url for one in listed(url(store / "recorded.wav"))] == [url(store / "recorded.wav")]


def test_copies_are_there_for_as_long_as_they_are_read(store: Path, own_temporary_folder: Path) -> None:
    both = [look(url(store / "rec/a.wav")), look(url(store / "rec/b/a.wav"))]
    with copies(both) as files:
        assert [file.read_bytes() for file in files] == [b"rec/a.wav", b"rec/b/a.wav"]
        assert [file.name for file in files] == ["a.wav", "a.wav"]
        assert {path.stat().st_mode & 0o077 for path in own_temporary_folder.iterdir()} == {0}
    assert list(own_temporary_folder.iterdir()) == []


def test_copies_that_a_killed_program_has_left_are_removed(own_temporary_folder: Path) -> None:
    left = own_temporary_folder / f"{copies_module.PREFIX}x"
    left.mkdir()
    (left / HELD).touch()
    with copies([]):
        assert not left.exists()


def test_an_object_that_is_not_there_is_a_sentence(store: Path) -> None:
    gone = look(url(store / "rec/none.wav"))
    assert gone.revision == "missing"
    with pytest.raises(NoObjectError, match=r"There is no file://.*none\.wav\. Correct the metadata"), copies([gone]):
        pass


def test_an_object_that_has_changed_since_it_was_listed_is_a_sentence(store: Path) -> None:
    one = look(url(store / "rec/a.wav"))
    (store / "rec/a.wav").write_bytes(b"another recording")
    with pytest.raises(NoObjectError, match="has changed since it was listed"), copies([one]):
        pass


def test_an_object_that_arrives_damaged_is_fetched_again_and_then_refused(
    store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = (store / "rec/a.wav").read_bytes()
    one = StoredObject(url(store / "rec/a.wav"), len(content), hashlib.md5(content).hexdigest())  # noqa: S324
    arrives = [b"rec/a.wa_", b"rec/a.w__", b"rec/a.wa_", content]

    def download(_one: StoredObject, path: Path) -> objects._Hashes:
        path.write_bytes(came := arrives.pop(0))
        return objects._Hashes(hashlib.md5(came).hexdigest(), hashlib.sha256(came).hexdigest())  # noqa: S324, SLF001

    monkeypatch.setattr(objects, "_download", download)
    with pytest.raises(NoObjectError, match="arrives damaged"):
        fetch(one, tmp_path)
    assert fetch(one, tmp_path).read_bytes() == content


def test_a_store_that_is_none_is_a_sentence() -> None:
    with pytest.raises(StoreError, match="is not the address of an object store"):
        list(listed("az://"))

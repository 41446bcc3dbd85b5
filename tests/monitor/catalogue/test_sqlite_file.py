"""The file of the catalogue: made once, its owner's alone, and replaced only where it is damaged."""

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from monitor.catalogue import query, sqlite_file
from monitor.catalogue.catalogue import FILE, open_catalogue
from monitor.catalogue.errors import CatalogueError
from monitor.catalogue.query import Filter
from monitor.catalogue.update import refresh
from tests.made_calls import make


def test_of_several_threads_one_makes_the_file(tmp_path: Path) -> None:
    path = tmp_path / "calls" / FILE

    def make_it(_: int) -> sqlite_file.Identity | None:
        sqlite_file.make(path)
        return sqlite_file.identity(path)

    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(make_it, range(8)))
    assert found == {sqlite_file.identity(path)}
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no modes")
def test_the_file_is_its_owners_whatever_the_umask_is(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        sqlite_file.make(tmp_path / FILE)
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600


def test_what_is_left_of_a_database_that_is_gone_is_not_taken_for_the_new_one_s(tmp_path: Path) -> None:
    left = [tmp_path / (FILE + end) for end in ("-wal", "-shm")]
    for path in left:
        path.write_bytes(b"old")
    sqlite_file.make(tmp_path / FILE)
    assert not any(path.exists() for path in left)


def test_a_damaged_file_is_replaced_once(tmp_path: Path) -> None:
    path = tmp_path / FILE
    path.write_bytes(b"garbage")
    damaged = sqlite_file.identity(path)
    sqlite_file.replace(path, damaged)
    assert path.read_bytes() == b""
    path.write_bytes(b"from the program that was faster")
    (tmp_path / "other").write_bytes(b"")
    sqlite_file.replace(path, sqlite_file.identity(tmp_path / "other"))
    assert path.read_bytes() == b"from the program that was faster"


def test_a_folder_in_its_place_is_told(tmp_path: Path) -> None:
    (tmp_path / FILE).mkdir()
    with pytest.raises(CatalogueError, match=r"Can't write the catalogue .*Is a directory"):
        sqlite_file.make(tmp_path / FILE)


def test_any_name_of_a_folder_will_do(tmp_path: Path) -> None:
    root = tmp_path / "50% of #1? Ä"
    folder = make(root)
    with open_catalogue(root) as catalogue:
        refresh(catalogue, folder)
        assert len(query.calls(catalogue, Filter())) == 1
    assert (root / FILE).stat().st_size > 0


@pytest.mark.skipif(os.name == "nt", reason="A file that is in use cannot be removed there.")
def test_an_open_catalogue_follows_its_file(tmp_path: Path) -> None:
    folder = make(tmp_path)
    with open_catalogue(tmp_path) as catalogue:
        refresh(catalogue, folder)
        (tmp_path / FILE).unlink()
        assert query.calls(catalogue, Filter()) == ()
        assert not catalogue.is_filled()
        refresh(catalogue, folder)
        assert len(query.calls(catalogue, Filter())) == 1

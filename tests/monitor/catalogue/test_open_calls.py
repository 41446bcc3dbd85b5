"""Calls in progress stay current in a list, whoever lists them."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.call.events import to_line
from monitor.catalogue import query
from monitor.catalogue.catalogue import Catalogue, open_catalogue
from monitor.catalogue.open_calls import OpenCalls
from monitor.catalogue.query import Filter
from monitor.catalogue.rows import CallRow
from monitor.catalogue.update import refresh
from tests.made_calls import fired, info, make


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make(tmp_path, [], info(closed=False))


@pytest.fixture
def catalogue(folder: Path) -> Iterator[Catalogue]:
    with open_catalogue(folder.parents[1]) as catalogue:
        refresh(catalogue, folder)
        yield catalogue


def listed(catalogue: Catalogue) -> CallRow:
    (row,) = query.calls(catalogue, Filter())
    return row


def fire(folder: Path, at_s: float) -> None:
    with (folder / "events.jsonl").open("ab") as log:
        log.write(to_line(fired("slow-down", at_s)))


def test_a_call_that_nobody_lists_is_listed_from_the_second_look_on(catalogue: Catalogue, folder: Path) -> None:
    look = OpenCalls(catalogue)
    for number in range(1, 4):
        fire(folder, 10.0 * number)
        look.update([listed(catalogue)])
        assert look.update([listed(catalogue)])
        assert listed(catalogue).flags == number


def test_a_call_that_its_session_lists_is_left_to_it(catalogue: Catalogue, folder: Path) -> None:
    look = OpenCalls(catalogue)
    for number in range(1, 4):
        fire(folder, 10.0 * number)
        refresh(catalogue, folder)
        assert not look.update([listed(catalogue)])


def test_a_call_that_has_not_changed_is_not_read(catalogue: Catalogue) -> None:
    look = OpenCalls(catalogue)
    assert not any(look.update([listed(catalogue)]) for _ in range(3))


def test_a_call_that_was_deleted_stops_nothing(catalogue: Catalogue, folder: Path) -> None:
    look, row = OpenCalls(catalogue), listed(catalogue)
    look.update([row])
    shutil.rmtree(folder)
    look.update([row])
    assert listed(catalogue) == row, "reindexing removes it"

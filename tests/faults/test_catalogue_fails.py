"""The catalogue is locked by another program, damaged, or on a full disk.

No call fails by it or waits for it for more than a few seconds at its end; it is said once. `tone-monitor reindex` puts
the call into it later; `tone-monitor reindex --all` makes a damaged one anew.
"""

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import Engine, event

from audio.block import AudioBlock
from monitor.call.events import Ended
from monitor.call.folder import CallWriter
from monitor.call.info import CallInfo, read_info
from monitor.call.log import read_events
from monitor.catalogue import catalogue as opening
from monitor.catalogue import live_rows, sqlite
from monitor.catalogue.catalogue import FILE, Catalogue, open_catalogue
from monitor.catalogue.errors import CatalogueError
from monitor.catalogue.live_rows import CallIndex
from monitor.catalogue.reindex import reindex
from monitor.live.writer_thread import WritingThread

INFO = CallInfo(datetime(2026, 3, 1, tzinfo=UTC), "made", ("agent",), "none", "abc", "0.1.0")


@pytest.fixture(autouse=True)
def said(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is said of the catalogue; the waiting is short."""
    told: list[str] = []
    monkeypatch.setattr(live_rows, "say_once", told.append)
    monkeypatch.setattr(live_rows, "BEGIN_AFTER_S", 0.01)
    monkeypatch.setattr(live_rows, "END_WITHIN_S", 0.3)
    monkeypatch.setattr(opening, "WAIT_S", 0.05)
    monkeypatch.setattr(sqlite, "AT_MOST_S", 0.05)
    return told


def call(root: Path) -> Path:
    """A whole call, kept and listed as a session does it."""
    writing = WritingThread(CallWriter(root, INFO, observer=CallIndex("")))
    for number in range(20):
        writing.hear(AudioBlock("agent", 1_600 * number, np.full(1_600, 0.1, np.float32)))
    writing.note(Ended(2.0, "end of sound"))
    writing.close()
    assert writing.failure is None
    assert read_info(writing.folder).closed
    assert list(read_events(writing.folder)) == [Ended(2.0, "end of sound")]
    return writing.folder


def fill(catalogue: Catalogue) -> None:
    """Put more into it than there is room for."""
    with catalogue.writing() as connection:
        connection.exec_driver_sql("CREATE TABLE large (a)")
        connection.exec_driver_sql("INSERT INTO large VALUES (zeroblob(900000))")


def listed(root: Path) -> int:
    """Reindex, and count the calls."""
    with open_catalogue(root) as catalogue:
        return reindex(catalogue).calls


def test_a_catalogue_that_another_program_holds_costs_no_call(tmp_path: Path, said: list[str]) -> None:
    with open_catalogue(tmp_path):
        pass
    other = sqlite3.connect(tmp_path / FILE, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    call(tmp_path)
    other.execute("ROLLBACK")
    other.close()
    assert all(
        "Can't use the catalogue" in sentence and "database is locked. Try again" in sentence for sentence in said
    )
    assert said
    assert listed(tmp_path) == 1


@pytest.mark.parametrize(
    "content", [b"garbage" * 999, b"SQLite format 3\0" + bytes(4_080), b""], ids=["garbage", "header", "empty"]
)
def test_a_catalogue_that_is_damaged_costs_no_call(content: bytes, tmp_path: Path, said: list[str]) -> None:
    (tmp_path / FILE).write_bytes(content)
    call(tmp_path)
    if content.startswith(b"garbage"):
        assert "reindex --all" in said[0]
    with open_catalogue(tmp_path, anew=True) as catalogue:
        assert reindex(catalogue).read == 1


@pytest.mark.usefixtures("said")
def test_a_catalogue_on_a_full_disk_costs_no_call(tmp_path: Path) -> None:
    with open_catalogue(tmp_path):
        pass

    def full(connection: sqlite3.Connection, _record: object) -> None:
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {pages}")

    event.listen(Engine, "connect", full)
    try:
        with open_catalogue(tmp_path) as catalogue, pytest.raises(CatalogueError, match="full"):
            fill(catalogue)
        call(tmp_path)
    finally:
        event.remove(Engine, "connect", full)
    assert listed(tmp_path) == 1


def test_a_catalogue_that_cannot_be_made_costs_no_call(tmp_path: Path, said: list[str]) -> None:
    (tmp_path / FILE).mkdir()
    call(tmp_path)
    assert "Can't write the catalogue" in said[0]
    (tmp_path / FILE).rmdir()
    assert listed(tmp_path) == 1

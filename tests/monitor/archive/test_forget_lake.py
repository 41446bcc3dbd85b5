"""`forget` reaches the lake: an agent, a customer or a call disappears from its files."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from monitor.archive.key import digest
from monitor.archive.lake import Lake
from monitor.archive.packing import compact
from monitor.archive.query import ask
from monitor.call import hold
from monitor.cli import main
from tests.made_calls import info, make
from tests.monitor.archive.made_rows import START, call_id, filled, row


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    """Four calls of Sam Porter and two of Kim Lee, in parts but for one that is newer."""
    lake = filled(tmp_path / "lake")
    compact(lake)
    lake.put(row(lake, "call 1", 1))
    return lake


@pytest.fixture
def forget(lake: Lake, tmp_path: Path) -> Callable[..., Result]:
    def run(*arguments: str, answer: str = "") -> Result:
        command = ["forget", *arguments, "--calls", str(tmp_path / "calls"), "--lake", str(lake.folder)]
        return CliRunner().invoke(main, command, input=answer)

    return run


def calls(lake: Lake) -> set[str]:
    return {name for number in range(6) if call_id(lake, name := f"call {number}") in lake.present()}


def test_an_agent_disappears_from_the_lake_by_name(lake: Lake, forget: Callable[..., Result]) -> None:
    done = forget("Sam Porter", "--yes")
    assert (done.exit_code, done.stdout) == (0, "Deleted 4 rows of the lakes.\n")
    assert calls(lake) == {"call 0", "call 3"}
    assert {path.name for path in lake.calls.rglob("*.parquet")} == set()
    assert len((lake.folder / "deletions.jsonl").read_text("utf-8").splitlines()) == 4


def test_a_saved_call_takes_its_row_with_it_and_no_other_of_its_agent(
    lake: Lake, forget: Callable[..., Result], tmp_path: Path
) -> None:
    folder = make(tmp_path / "calls", about=replace(info(), sound_hash="call 2"))
    done = forget(folder.name, "--yes")
    assert done.stdout == "Deleted 1 row of the lakes.\nDeleted all of 1 call.\n"
    assert calls(lake) == {"call 0", "call 1", "call 3", "call 4", "call 5"}
    assert not folder.exists()


def test_a_name_in_other_letters_is_found_if_calls_have_it(
    lake: Lake, forget: Callable[..., Result], tmp_path: Path
) -> None:
    make(tmp_path / "calls", about=info())
    assert forget("sam porter", "--yes").exit_code == 0
    assert calls(lake) == {"call 0", "call 3"}


def test_a_customer_disappears(lake: Lake, forget: Callable[..., Result]) -> None:
    lake.put(row(lake, "call 4", 4, customer=digest(lake.secret, "customer", "4711")))
    assert forget("--customer", "4711", "--yes").stdout == "Deleted 1 row of the lakes.\n"
    assert "call 4" not in calls(lake)


def test_a_call_is_named_by_its_id_in_the_lake(lake: Lake, forget: Callable[..., Result]) -> None:
    assert forget(call_id(lake, "call 5"), "--yes").exit_code == 0
    assert "call 5" not in calls(lake)


def test_it_asks_first_and_a_no_leaves_everything(lake: Lake, forget: Callable[..., Result]) -> None:
    done = forget("Sam Porter", answer="n\n")
    assert done.exit_code == 1
    assert "Delete 4 rows of the lakes permanently?" in done.stderr
    assert len(calls(lake)) == 6


def test_a_call_on_hold_keeps_its_row_too(lake: Lake, forget: Callable[..., Result], tmp_path: Path) -> None:
    folder = make(tmp_path / "calls", about=replace(info(), sound_hash="call 2"))
    edit = ["call", "edit", folder.name, "hold=2099-01-01", "reason=dispute", "--calls", str(tmp_path / "calls")]
    assert CliRunner().invoke(main, edit).exit_code == 0
    assert "Nothing was deleted" in forget(folder.name, "--yes").stderr
    assert len(calls(lake)) == 6


def test_nobody_of_that_name_is_a_sentence(lake: Lake, forget: Callable[..., Result]) -> None:
    done = forget("Alex Doe", "--yes")
    assert (done.exit_code, done.stderr.count("\n")) == (1, 1)
    assert "There is no call 'Alex Doe'" in done.stderr
    assert len(calls(lake)) == 6


def test_lakes_of_the_settings_are_reached(lake: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "config.toml"
    path.write_text(f"[archive]\nlakes = {json.dumps([str(lake.folder)])}\n", encoding="utf-8")
    monkeypatch.setenv("TONE_MONITOR_CONFIG", str(path))
    done = CliRunner().invoke(main, ["forget", "Kim Lee", "--yes", "--calls", str(tmp_path / "calls")])
    assert (done.exit_code, done.stdout) == (0, "Deleted 2 rows of the lakes.\n")
    assert ask(lake, "SELECT count(*) FROM calls").rows == [(4,)]


def test_a_folder_that_is_no_lake_is_a_sentence_and_nothing_is_deleted(tmp_path: Path) -> None:
    folder = make(tmp_path / "calls", about=info())
    command = ["forget", "Sam Porter", "--yes", "--calls", str(tmp_path / "calls"), "--lake", str(tmp_path)]
    done = CliRunner().invoke(main, command)
    assert (done.exit_code, done.stderr) == (
        1,
        f"{tmp_path} is no lake. Correct --lake, or archive.lakes in the settings.\n",
    )
    assert folder.exists()


@pytest.fixture
def purge(lake: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Purge, with a retention period that ended after the second of the six calls."""
    path, days = tmp_path / "config.toml", (datetime.now().astimezone().date() - START.date()).days - 1
    lakes = json.dumps([str(tmp_path / "none"), str(lake.folder)])
    path.write_text(
        f"[retention]\naudio_days = 1\ntranscript_days = 1\nnumbers_days = {days}\n[archive]\nlakes = {lakes}\n",
        encoding="utf-8",
    )
    monkeypatch.setenv("TONE_MONITOR_CONFIG", str(path))
    return lambda *options: CliRunner().invoke(main, ["purge", *options, "--calls", str(tmp_path / "calls")])


def test_rows_past_their_retention_period_are_purged_and_a_lake_that_is_not_there_costs_a_sentence(
    lake: Lake, purge: Callable[..., Result], tmp_path: Path
) -> None:
    lake.put(row(lake, "undated", 0, started=None, day=None))
    planned = purge("--dry-run")
    assert planned.stdout.endswith("Would delete 2 rows of the lakes.\n")
    assert len(calls(lake)) == 6
    done = purge()
    assert (done.exit_code, done.stderr) == (
        1,
        f"{tmp_path / 'none'} is no lake. Correct --lake, or archive.lakes in the settings.\n",
    )
    assert done.stdout.endswith("Deleted 2 rows of the lakes.\n")
    assert calls(lake) == {"call 2", "call 3", "call 4", "call 5"}
    assert call_id(lake, "undated") in lake.present()
    assert len((lake.folder / "deletions.jsonl").read_text("utf-8").splitlines()) == 2


def test_a_saved_call_on_hold_keeps_its_row_past_its_retention_period(
    lake: Lake, purge: Callable[..., Result], tmp_path: Path
) -> None:
    folder = make(tmp_path / "calls", about=replace(info(), started=START, sound_hash="call 0"))
    hold.put(folder, hold.Hold(date(2099, 1, 1), "dispute", "", START.isoformat()))
    assert "Kept 1 call on hold" in purge().stdout
    assert "call 0" in calls(lake)
    assert "call 1" not in calls(lake)

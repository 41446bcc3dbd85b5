"""Many calls exported together: those that a filter finds, and those that are new since the last time."""

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from monitor.call import marks
from monitor.call.events import Mark
from monitor.call.lock import hold
from monitor.cli import main
from monitor.export.source import Source, read
from monitor.export.tables.csv_tables import write_csv
from monitor.export.tables.parquet_tables import write_parquet
from tests.made_calls import START, fired, info, make, said

RETENTION_DAYS = 7

NOTE = Mark(3.0, "note", "listen to this", "Sue", "2026-03-03T08:04:00+00:00")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "calls"
    make(root, [fired("slow-down", 5.0, "urgent")], info(), name="000001")
    make(root, [said("a refund please")], info(START + timedelta(days=1), "Kim Lee"), name="000002")
    make(root, [], info(START + timedelta(days=2), "Kim Lee"), name="000003")
    return root


def export(root: Path, *arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["export", "--calls", str(root), *map(str, arguments)])


def ids(files: Sequence[Path]) -> list[str]:
    found = []
    for path in files:
        with path.open(newline="", encoding="utf-8-sig") as file:
            found += [row["call"][-6:] for row in csv.DictReader(file)]
    return found


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        (["--all"], ["000001", "000002", "000003"]),
        (["--agent", "kim"], ["000002", "000003"]),
        (["--agent", "kim lee", "--until", "2026-03-03"], ["000002"]),
        (["--since", "2026-03-03"], ["000002", "000003"]),
        (["--where", "urgent"], ["000001"]),
        (["--where", "refund agent:kim"], ["000002"]),
        (["--where", "refund", "--agent", "sam"], []),
    ],
)
def test_a_filter_chooses_the_calls(root: Path, tmp_path: Path, arguments: list[str], found: list[str]) -> None:
    done = export(root, "--to", "csv", "-o", tmp_path / "out", *arguments)
    assert done.exit_code == 0, done.output
    assert ids(list((tmp_path / "out").glob("calls*.csv"))) == found
    assert ("nothing is exported" in done.stderr) is not found


def test_a_filter_prints_a_table_of_all_it_finds(root: Path) -> None:
    done = export(root, "--to", "csv", "--table", "flags", "--all")
    assert [row["rule"] for row in csv.DictReader(done.stdout.splitlines())] == ["slow-down"]


def test_formats_of_one_call_are_a_file_for_each(root: Path, tmp_path: Path) -> None:
    assert export(root, "--to", "json", "-o", tmp_path / "out", "--agent", "kim").exit_code == 0
    found = [json.loads(path.read_bytes())["call"]["agent"] for path in (tmp_path / "out").iterdir()]
    assert found == ["Kim Lee", "Kim Lee"]


def test_a_call_in_progress_waits_for_its_end(root: Path, tmp_path: Path) -> None:
    going_on = make(root, [], info(START + timedelta(days=3), closed=False), name="000004")
    with hold(going_on):
        export(root, "--to", "csv", "-o", tmp_path / "out", "--all")
    assert ids([tmp_path / "out/calls.csv"]) == ["000001", "000002", "000003"]
    export(root, "--to", "csv", "-o", tmp_path / "out", "--all")
    assert ids([tmp_path / "out/calls.csv"])[-1] == "000004", "it was broken off"


class Place:
    """A folder that new calls are exported to."""

    def __init__(self, root: Path, to: Path, kind: str = "csv") -> None:
        self.root = root
        self.to = to
        self.kind = kind
        self.before: set[Path] = set()

    def new(self, *arguments: str, code: int = 0) -> list[str]:
        """Export, and say which calls are in the files that came."""
        done = export(self.root, "--to", self.kind, "-o", self.to, "--new", *arguments)
        assert done.exit_code == code, done.output
        files = set(self.to.glob("calls*" if self.kind == "csv" else "*.json")) - self.before
        self.before |= files
        if self.kind == "csv":
            return ids(sorted(files))
        return sorted(json.loads(path.read_bytes())["call"]["id"][-6:] for path in files)


def test_only_what_is_new_or_changed_is_exported_again(root: Path, tmp_path: Path) -> None:
    place = Place(root, tmp_path / "out")
    assert place.new() == ["000001", "000002", "000003"]
    assert place.new() == []
    marks.add(next(root.glob("*/*-000002")), NOTE)
    assert place.new() == ["000002"], "it was marked"
    about = replace(info(START + timedelta(days=4)), customer="C-1")
    make(root, [], about, name="000005")
    assert place.new() == ["000005"]
    assert len(place.before) == 3, "what was exported earlier is still there"


def test_each_place_and_format_has_its_own_news(root: Path, tmp_path: Path) -> None:
    place = Place(root, tmp_path / "one")
    assert place.new("--agent", "sam") == ["000001"]
    assert place.new() == ["000002", "000003"], "those that the filter left out are still new"
    assert Place(root, tmp_path / "other").new("--agent", "sam") == ["000001"]
    assert Place(root, tmp_path / "one", "json").new("--agent", "sam") == ["000001"]


def test_an_export_that_failed_is_done_again(root: Path, tmp_path: Path) -> None:
    place = Place(root, tmp_path / "out")
    log = next(root.glob("*/*-000002")) / "events.jsonl"
    kept = log.read_bytes()
    log.unlink()
    assert place.new(code=1) == ["000001", "000003"], "the others go on"
    log.write_bytes(kept)
    assert place.new() == ["000001", "000002", "000003"]


def test_a_place_that_cannot_be_written_is_said_and_not_noted(root: Path, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("in the way")
    done = export(root, "--to", "csv", "-o", tmp_path / "out", "--new")
    assert (done.exit_code, done.stderr.startswith("Can't write ")) == (1, True)
    (tmp_path / "out").unlink()
    assert Place(root, tmp_path / "out").new() == ["000001", "000002", "000003"]


def test_a_damaged_record_of_earlier_exports_is_said(root: Path, tmp_path: Path) -> None:
    Place(root, tmp_path / "out").new()
    (record,) = (root / "exports").iterdir()
    record.write_text("{")
    done = export(root, "--to", "csv", "-o", tmp_path / "out", "--new")
    assert done.exit_code == 1
    assert done.stderr.endswith("(it is damaged). Delete it to export everything again.\n")


def test_calls_that_are_gone_are_forgotten(root: Path, tmp_path: Path) -> None:
    place = Place(root, tmp_path / "out")
    place.new()
    gone = next(root.glob("*/*-000003"))
    for path in gone.iterdir():
        path.unlink()
    gone.rmdir()
    marks.add(next(root.glob("*/*-000001")), NOTE)
    assert place.new() == ["000001"]
    (record,) = (root / "exports").glob("*.json")
    assert [call[-6:] for call in json.loads(record.read_bytes())["calls"]] == ["000001", "000002"]


@pytest.mark.parametrize("deletion", [["forget", "Kim Lee", "--yes"], ["purge"]])
def test_deleted_calls_leave_no_id_in_what_is_kept_about_exports(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, deletion: list[str]
) -> None:
    (tmp_path / "config.toml").write_text(f"[retention]\nnumbers_days = {RETENTION_DAYS}\n", "utf-8")
    monkeypatch.setenv("TONE_MONITOR_CONFIG", str(tmp_path / "config.toml"))
    kept = make(root, [], info(datetime.now(UTC)), name="000009")
    Place(root, tmp_path / "out").new()
    Place(root, tmp_path / "out", "json").new()
    (root / "exports" / "damaged.json").write_text("{")
    done = CliRunner().invoke(main, [*deletion, "--calls", str(root)])
    assert done.exit_code == 0, done.output
    there = {path.relative_to(root).as_posix() for path in root.glob("*/*-0000*")}
    records = [set(json.loads(path.read_bytes())["calls"]) for path in (root / "exports").iterdir()]
    assert records == [there, there]
    assert kept.exists()


@pytest.mark.parametrize(
    ("arguments", "said_so"),
    [
        (["--new", "--to", "csv"], "--new needs a folder"),
        (["000001", "--all", "--to", "csv"], "not both"),
        (["--all"], "Choose a format"),
        (["--dictionary", "--to", "vcon"], "--dictionary is a page"),
    ],
)
def test_options_that_do_not_go_together_are_told(root: Path, arguments: list[str], said_so: str) -> None:
    done = export(root, *arguments)
    assert done.exit_code == 2
    assert said_so in done.stderr


@pytest.mark.parametrize("write", [write_csv, write_parquet])
def test_an_export_that_breaks_off_leaves_what_was_there(
    root: Path, tmp_path: Path, write: Callable[[Path, Iterable[Source]], list[Path]]
) -> None:
    def interrupted() -> Iterator[Source]:
        yield read(next(root.glob("*/*-000001")))
        raise KeyboardInterrupt

    to = tmp_path / "out"
    written = write(to, [read(next(root.glob("*/*-000002")))])
    before = {path: path.read_bytes() for path in written}
    with pytest.raises(KeyboardInterrupt):
        write(to, interrupted())
    assert {path: path.read_bytes() for path in to.iterdir()} == before

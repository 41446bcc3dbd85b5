"""Archives of tiny made clips into a lake, by the command line, in this process and in programs that are killed."""

import errno
import json
import os
import shutil
from collections import Counter
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
import soundfile
from click.testing import CliRunner, Result

from monitor.archive import batch, fill
from monitor.archive.lake import Lake
from monitor.archive.packing import compact
from monitor.archive.unit import Done, Failed, Unit, work
from monitor.base.workers import Lost
from monitor.cli import main


def clips(folder: Path, count: int, seconds: float = 0.3) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        sound = np.random.default_rng(number).normal(0, 0.05, (round(16_000 * seconds), 2)).astype(np.float32)
        soundfile.write(folder / f"c{number:02}.wav", sound, 16_000)
    return folder


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def analyze(lake: Path, *arguments: str | Path) -> Result:
    return run("analyze", *arguments, "--lake", lake, "--model", "none")


def rows(lake: Path) -> dict[str, bytes]:
    """The files of a lake's rows by their names; equal rows are equal files."""
    return {path.name: path.read_bytes() for path in (lake / "calls").glob("*/*")}


def outcomes(done: Result) -> Counter[str]:
    return Counter(json.loads(line)["outcome"] for line in done.stdout.splitlines())


def with_key_of(lake: Path, other: Path) -> Path:
    """Another lake whose ids are the same."""
    other.mkdir()
    shutil.copy(lake / "lake.key", other)
    return other


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in this process, which takes no time to start."""

    def engine(units: Iterable[Unit]) -> Generator[tuple[Unit, Done | Failed]]:
        for unit in units:
            yield unit, work(unit)

    monkeypatch.setattr(fill, "jobs_engine", lambda *_: engine)


@pytest.mark.usefixtures("here")
def test_shards_make_the_same_lake_as_one_run_however_often_they_run(tmp_path: Path) -> None:
    archive, whole = clips(tmp_path / "in", 9), tmp_path / "whole"
    assert analyze(whole, archive).exit_code == 0
    shared = with_key_of(whole, tmp_path / "shared")
    done = [analyze(shared, archive, "--shard", f"{shard}/3", "--jsonl") for shard in (3, 1, 2, 1, 2, 3)]
    assert [one.exit_code for one in done] == [0] * 6
    assert sum(map(outcomes, done), Counter()) == {"worked": 9}
    assert all(outcomes(one) for one in done[:3]), "each has some of it"
    assert rows(shared) == rows(whole)
    assert len(rows(whole)) == 9


@pytest.mark.usefixtures("here")
def test_what_is_done_is_not_even_opened_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive, lake = clips(tmp_path / "in", 3), tmp_path / "lake"
    analyze(lake, archive)
    before = rows(lake)
    monkeypatch.setattr("monitor.archive.unit.open_call", None)
    done = analyze(lake, archive)
    assert (done.exit_code, rows(lake)) == (0, before)
    assert "3 in the lake before" in done.stdout


@pytest.mark.usefixtures("here")
def test_without_its_history_a_lake_still_knows_its_calls(tmp_path: Path) -> None:
    archive, lake = clips(tmp_path / "in", 3), tmp_path / "lake"
    analyze(lake, archive)
    shutil.rmtree(lake / "runs")
    assert outcomes(analyze(lake, archive, "--jsonl")) == {"known": 3}


@pytest.mark.usefixtures("here")
def test_corrected_metadata_rewrite_their_rows_and_no_others(tmp_path: Path) -> None:
    lake, table = tmp_path / "lake", clips(tmp_path / "in", 3) / "table.csv"
    table.write_text("file,agent\nc00.wav,Sam\nc01.wav,Kim\nc02.wav,Sam\n")
    assert outcomes(analyze(lake, "--metadata", table, "--jsonl")) == {"worked": 3}
    before = rows(lake)
    table.write_text("file,agent\nc00.wav,Sam\nc01.wav,Sam\nc02.wav,Sam\n")
    assert outcomes(analyze(lake, "--metadata", table, "--jsonl")) == {"rewritten": 1}
    after = rows(lake)
    assert sum(after[name] != before[name] for name in after) == 1
    assert len({row["agent"] for call in Lake(lake).present() if (row := Lake(lake).row(call))}) == 1


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("packed", [False, True])
def test_a_recording_that_was_still_being_copied_is_one_row_in_the_end(tmp_path: Path, *, packed: bool) -> None:
    archive, lake = clips(tmp_path / "in", 2), tmp_path / "lake"
    whole = (archive / "c00.wav").read_bytes()
    (archive / "c00.wav").write_bytes(whole[: len(whole) // 2])
    first = analyze(lake, archive)
    assert "c00.wav is truncated" in first.stderr
    assert first.exit_code == 1, "as without a lake"
    half = Lake(lake).present()
    if packed:
        compact(Lake(lake))
    (archive / "c00.wav").write_bytes(whole)
    assert outcomes(analyze(lake, archive, "--jsonl")) == {"worked": 1}
    assert len(Lake(lake).present()) == 2
    assert len(Lake(lake).present() & half) == 1


@pytest.mark.usefixtures("here")
def test_metadata_with_missing_doubled_and_unreadable_files_cost_those_only(tmp_path: Path) -> None:
    archive, lake = clips(tmp_path / "in", 4), tmp_path / "lake"
    (archive / "bad.wav").write_text("no sound")
    table = archive / "table.csv"
    table.write_text(
        "file,agent\nc00.wav,Sam\nc01.wav,Kim\nc01.wav,Lee\nc02.wav,Sam\nc02.wav,Sam\nbad.wav,Sam\ngone.wav,Sam\nc03.wav,Kim\n"
    )
    done = analyze(lake, "--metadata", table, "--jsonl")
    assert done.exit_code == 1
    assert outcomes(done) == {"worked": 3, "failed": 2}
    told = done.stderr.splitlines()
    assert any("it contradicts row" in line and "c01.wav" in line for line in told)
    assert any("it says the same as row" in line for line in told)
    assert any("bad.wav" in line for line in told)
    assert any("gone.wav" in line for line in told)
    assert len(rows(lake)) == 3


@pytest.mark.usefixtures("here")
def test_what_failed_is_kept_with_its_sentence_and_tried_again_only_when_asked_or_changed(tmp_path: Path) -> None:
    archive, lake = clips(tmp_path / "in", 2), tmp_path / "lake"
    (archive / "bad.wav").write_text("no sound")
    assert outcomes(analyze(lake, archive, "--jsonl")) == {"worked": 2, "failed": 1}
    again = analyze(lake, archive, "--jsonl")
    assert (again.exit_code, outcomes(again)) == (1, Counter())
    assert "1 recording that failed before" in again.stderr
    shown = run("archive", "status", lake)
    assert shown.exit_code == 0
    assert shown.stdout.splitlines()[0] == f"{lake}: 2 calls, none left, 1 failed."
    assert "in/bad.wav: Can't find any sound" in shown.stdout
    assert outcomes(analyze(lake, archive, "--jsonl", "--retry")) == {"failed": 1}
    clips(tmp_path / "other", 3)
    (tmp_path / "other" / "c02.wav").replace(archive / "bad.wav")
    mended = analyze(lake, archive, "--jsonl")
    assert (mended.exit_code, outcomes(mended)) == (0, {"worked": 1})
    assert "none failed" in run("archive", "status", lake).stdout


@pytest.mark.usefixtures("here")
def test_a_full_disk_stops_the_run_with_a_sentence_and_leaves_nothing_half_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive, lake = clips(tmp_path / "in", 1), tmp_path / "lake"
    analyze(lake, archive)
    clips(archive, 6)

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        done = analyze(lake, archive)
    assert done.exit_code == 1
    assert done.stderr.count("No space left on device. Free some disk space") == batch.MOST_FAULTS
    assert "2 not begun" in done.stdout
    assert "Stopped:" in done.stdout
    assert len(rows(lake)) == 1
    assert not list(lake.rglob("*.half"))
    assert "5 left" not in run("archive", "status", lake).stdout
    assert outcomes(analyze(lake, archive, "--jsonl")) == {"worked": 5}


@pytest.mark.usefixtures("here")
def test_a_call_that_another_run_is_working_on_is_looked_at_again_at_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive, lake = clips(tmp_path / "in", 2), tmp_path / "lake"
    held: list[str] = []

    @contextmanager
    def working_on(_: Lake, call: str) -> Iterator[bool]:
        held.append(call)
        yield len(held) != 1

    monkeypatch.setattr(Lake, "working_on", working_on)
    assert outcomes(analyze(lake, archive, "--jsonl")) == {"worked": 2}
    assert held[0] == held[2]


def test_a_recording_that_takes_its_worker_down_fails_and_the_rest_is_worked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive, lake = clips(tmp_path / "in", 4), tmp_path / "lake"

    def engine(units: Iterable[Unit]) -> Generator[tuple[Unit, Done | Failed | Lost]]:
        for unit in units:
            lost = {"in/c01.wav": Lost("died", "SIGSEGV"), "in/c02.wav": Lost("hung", "after 661 s")}.get(unit.name)
            yield unit, lost or work(unit)

    monkeypatch.setattr(fill, "jobs_engine", lambda *_: engine)
    done = analyze(lake, archive, "--jsonl")
    assert (done.exit_code, outcomes(done)) == (1, {"worked": 2, "failed": 2})
    assert "in/c01.wav ended the process that analyzed it, twice (SIGSEGV)." in done.stderr
    assert "Gave up on in/c02.wav after 661 s, twice." in done.stderr
    assert outcomes(analyze(lake, archive, "--jsonl")) == {}, "they would take down the next worker, too"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no such files.")
@pytest.mark.usefixtures("here")
def test_planning_opens_no_recording_as_it_may_hang_its_reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(tmp_path / "hangs.wav")
    monkeypatch.setattr(
        fill, "jobs_engine", lambda *_: lambda units: ((one, Lost("hung", "after 1 s")) for one in units)
    )
    done = analyze(tmp_path / "lake", tmp_path / "hangs.wav")
    assert done.exit_code == 1
    assert "1 failed" in done.stdout


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["--shard", "1/2"], "--shard needs --lake"),
        (["--lake", "lake", "--shard", ""], "--shard is empty"),
        (["--lake", "lake", "--cluster", ""], "--cluster is empty"),
        (["--lake", "lake", "--json"], "--json can't be used with --lake"),
        (["--lake", "lake", "--calls", "calls"], "--calls can't be used with --lake"),
        (["--lake", "lake", "--keep-until", "2030-01-01"], "--keep-until can't be used with --lake"),
    ],
)
def test_options_that_do_not_fit_together_are_refused(given: list[str], said: str, tmp_path: Path) -> None:
    done = run("analyze", clips(tmp_path / "in", 1), *given)
    assert done.exit_code == 2
    assert said in done.stderr


def test_status_of_a_folder_that_is_no_lake_is_a_sentence(tmp_path: Path) -> None:
    done = run("archive", "status", tmp_path)
    assert done.exit_code == 1
    assert "is no lake" in done.stderr
    assert not list(tmp_path.iterdir())

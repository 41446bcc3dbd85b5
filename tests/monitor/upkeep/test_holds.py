"""Calls on hold: who put them there, how long, and that nothing deletes them until then."""

import json
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from monitor.call import hold, marks
from monitor.catalogue import query
from monitor.catalogue.catalogue import FILE, open_catalogue
from monitor.catalogue.query import Filter
from monitor.sealed import keys
from monitor.upkeep.retention import LOG
from tests.made_calls import info, make, said
from tests.monitor.upkeep.commands import corrected, run

NOW = datetime.now().astimezone()


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TONE_MONITOR_CALLS", str(tmp_path / "calls"))
    monkeypatch.setenv("TONE_MONITOR_CONFIG", str(tmp_path / "config.toml"))
    return tmp_path / "calls"


def kept(root: Path, days_ago: int, name: str = "a1b2c3", *, customer: str = "C1") -> Path:
    about = replace(info(NOW - timedelta(days=days_ago)), customer=customer)
    folder = make(root, [said("my refund")], about, name=name)
    (folder / "audio.flac").write_bytes(b"sound")
    return folder


@pytest.fixture
def folder(root: Path) -> Path:
    folder = kept(root, 1)
    run("reindex")
    return folder


def test_a_hold_is_set_renewed_and_lifted_and_listed_with_reason_and_name(folder: Path, root: Path) -> None:
    told = corrected(folder.name, "hold=2999-01-01", "reason=complaint 4711").stdout
    assert "The call is on hold until 2999-01-01 (complaint 4711; by Robin)." in told
    assert "2999-01-01" in run("calls", "--plain").stdout.splitlines()[1]
    (one,) = json.loads(run("calls", "--json").stdout)
    assert (one["hold_until"], one["hold_reason"], one["hold_by"]) == ("2999-01-01", "complaint 4711", "Robin")
    make(root)
    assert len(json.loads(run("calls", "--json", "--held").stdout)) == 1
    corrected(folder.name, "hold=2999-02-01")
    held = hold.read(folder)
    assert held
    assert (held.until, held.reason) == (date(2999, 2, 1), "complaint 4711")
    corrected(folder.name, "hold=")
    assert hold.read(folder) is None
    assert json.loads(run("calls", "--json", "--where", "held").stdout) == []
    assert "2999" not in run("calls", "--plain").stdout
    assert [(edited.field, edited.was, edited.now) for edited in marks.edits(folder)] == [
        ("hold", "", "2999-01-01"),
        ("hold", "2999-01-01", "2999-02-01"),
        ("hold", "2999-02-01", ""),
    ]
    assert all(b"4711" not in path.read_bytes() for path in root.rglob("*") if path.is_file() and path.name != FILE)


def test_the_replay_says_what_was_corrected_and_that_a_call_is_on_hold(folder: Path) -> None:
    corrected(folder.name, "hold=2999-01-01", "reason=complaint 4711", "agent=Ada Byron")
    printed = run("replay", folder.name, "--plain").stdout
    assert "The call is on hold until 2999-01-01 (complaint 4711; by Robin)." in printed
    assert [line.partition(" on ")[0] for line in printed.splitlines() if line.startswith("Corrected")] == [
        "Corrected by Robin",
        "Corrected by Robin",
    ]
    assert ": agent." in printed


def test_a_hold_that_is_damaged_is_listed_and_can_be_set_again(folder: Path, root: Path) -> None:
    (folder / hold.FILE).write_bytes(b"until = ")
    run("reindex")
    with open_catalogue(root) as catalogue:
        (row,) = query.calls(catalogue, Filter())
    assert (row.hold_until, row.hold_reason) == ("9999-12-31", "its hold.toml can't be read")
    corrected(folder.name, "hold=2999-01-01", "reason=4711")
    assert hold.read(folder)


def test_purge_keeps_a_call_on_hold_whole_and_says_until_when(root: Path) -> None:
    held, free = kept(root, 400, "held"), kept(root, 400, "free")
    corrected("held", "hold=2999-01-01", "reason=complaint 4711")
    files = {path.name for path in held.iterdir()}
    told = f"Kept 1 call on hold:\n  {held.parent.name}/{held.name}  until 2999-01-01, by Robin\n"
    assert run("purge", "--dry-run").stdout.endswith("Would delete all of 1 call.\n" + told)
    done = run("purge")
    assert (done.exit_code, done.stdout) == (0, "Deleted all of 1 call.\n" + told)
    assert {path.name for path in held.iterdir()} == files
    assert not free.exists()
    corrected("held", "hold=")
    assert run("purge").stdout == "Deleted all of 1 call.\n"
    assert not held.exists()


def test_the_sound_and_words_of_a_call_on_hold_are_kept_and_those_of_others_go(root: Path) -> None:
    held = kept(root, 100)
    corrected("a1b2c3", "hold=2999-01-01", "reason=4711")
    assert run("purge").stdout.startswith("Deleted nothing.\nKept 1 call on hold:\n")
    assert (held / "audio.flac").exists()
    assert b"refund" in (held / "events.jsonl").read_bytes()


def test_a_hold_that_is_over_holds_nothing_and_goes_with_the_words(root: Path) -> None:
    old = kept(root, 100)
    hold.put(old, hold.Hold(NOW.date() - timedelta(days=1), "complaint of Rosalind", "Robin", NOW.isoformat()))
    run("reindex")
    assert "–" in run("calls", "--plain").stdout.splitlines()[1]
    assert run("purge").stdout == "Deleted the sound of 1 call, the words of 1 call.\n"
    assert not (old / hold.FILE).exists()
    assert run("purge").stdout == "Deleted nothing.\n"
    hold.put(old, hold.Hold(NOW.date(), "until this evening", "Robin", NOW.isoformat()))
    assert hold.in_force(old, NOW.date()), "the last day counts"


@pytest.mark.parametrize("whom", [["Sam Porter"], ["held"], ["--customer", "C1"]])
def test_forget_refuses_while_a_call_is_on_hold_unless_it_is_told_to(root: Path, whom: list[str]) -> None:
    held, free = kept(root, 10, "held"), kept(root, 10, "free")
    corrected("held", "hold=2999-01-01", "reason=complaint 4711")
    done = run("forget", *whom, "--yes")
    assert done.exit_code == 1
    assert "Nothing was deleted: 1 call is on hold" in done.stderr
    assert "on hold until 2999-01-01 (complaint 4711; by Robin)" in done.stderr
    assert held.exists()
    assert free.exists()
    assert not (root / LOG).exists()
    assert run("forget", *whom, "--yes", "--even-held").exit_code == 0
    assert not held.exists()


def test_a_hold_that_cannot_be_read_counts(root: Path) -> None:
    damaged = kept(root, 400)
    (damaged / hold.FILE).write_bytes(b"\xff")
    assert "Kept 1 call on hold" in run("purge").stdout
    assert run("forget", "a1b2c3", "--yes").exit_code == 1
    assert damaged.exists()


def test_a_sealed_call_on_hold_is_kept_even_where_its_key_is_missing(root: Path, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("[privacy]\nencrypt = true\nkey_file = 'key'\n")
    run("key", "make")
    held, free = kept(root, 400, "held"), kept(root, 400, "free")
    assert run("key", "seal").exit_code == 0
    corrected("held", "hold=2999-01-01", "reason=complaint of Rosalind")
    assert b"Rosalind" not in b"".join(path.read_bytes() for path in root.rglob("*") if path.is_file())
    (tmp_path / "key").unlink()
    keys.forget()
    assert "Kept 1 call on hold" in run("purge").stdout
    assert held.exists()
    assert not free.exists()

"""What a customer is given who asks what is kept: all of it, nothing about others, in files that people can read."""

import json
import stat
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
from click.testing import CliRunner, Result

from audio.block import SAMPLE_RATE_HZ
from monitor.call.events import Mark
from monitor.call.info import read_info, write_info
from monitor.cli import main
from monitor.sealed import keys
from tests.made_calls import after, fired, info, make, said

CUSTOMER = "C-4711"
NOTE = Mark(3.0, "note", "was promised a refund", by="Robin", made="2026-03-03T10:00:00+00:00")
FILES = ["audio.flac", "call.json", "measures.json", "notes.json", "transcript.txt"]


def run(*arguments: str | Path) -> Result:
    done = CliRunner().invoke(main, [str(argument) for argument in arguments])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "calls"
    monkeypatch.setenv("TONE_MONITOR_CALLS", str(root))
    monkeypatch.setenv("TONE_MONITOR_CONFIG", str(tmp_path / "config.toml"))
    monkeypatch.chdir(tmp_path)
    talk = [said("I want my refund"), said("you get it", 20.0, "agent"), fired("slow-down", 30.0)]
    folder = make(root, talk, replace(info(), customer=CUSTOMER), [NOTE])
    soundfile.write(folder / "audio.flac", np.zeros((SAMPLE_RATE_HZ, 2)), SAMPLE_RATE_HZ)
    make(root, [said("hello")], replace(info(after(days=1)), customer=CUSTOMER.lower()), name="later")
    make(root, [said("secret of another")], replace(info(after(days=2)), customer="C-4712"), name="other")
    return root


@pytest.mark.parametrize("place", ["answer", "answer.zip"])
def test_a_customer_gets_all_calls_and_nothing_of_others(root: Path, tmp_path: Path, place: str) -> None:
    done = run("export", "--customer", CUSTOMER, "-o", place)
    assert (done.exit_code, done.stdout) == (0, f"Wrote 2 calls to {place}.\n")
    out = tmp_path / place
    assert stat.S_IMODE(out.stat().st_mode) & 0o077 == 0
    if place.endswith(".zip"):
        zipfile.ZipFile(out).extractall(tmp_path / "unpacked")
        out = tmp_path / "unpacked"
    first, later = (out / "2026-03-02-093015-a1b2c3", out / "2026-03-03-093015-later")
    assert sorted(path.name for path in out.iterdir()) == [first.name, later.name, "about.txt"]
    assert sorted(path.name for path in first.iterdir()) == FILES
    assert (first / "transcript.txt").read_text() == "  0:05  Customer: I want my refund\n  0:20  Agent: you get it\n"
    about = json.loads((first / "call.json").read_text())
    assert (about["customer"], about["agent"], about["consent"]["status"]) == (CUSTOMER, "Sam Porter", "unknown")
    assert soundfile.info(first / "audio.flac").frames == SAMPLE_RATE_HZ
    everything = b"".join(path.read_bytes() for path in out.rglob("*") if path.is_file())
    assert b"secret of another" not in everything
    assert b"was promised a refund" in everything
    for of_others in (b"Robin", b"slow-down"):
        assert of_others not in everything
    assert "2 calls:" in (out / "about.txt").read_text()
    assert root.exists()


def test_what_was_deleted_earlier_is_said(root: Path) -> None:
    (folder,) = root.glob("*/*-later")
    write_info(folder, replace(read_info(folder), sound_deleted="2026-05-01T00:00:00+00:00"))
    run("call", "edit", folder.name, "hold=2999-01-01", "reason=complaint of the customer", "--reviewer", "Robin")
    run("export", "--customer", CUSTOMER, "-o", "answer")
    assert "2:00 long, sound deleted earlier" in Path("answer/about.txt").read_text()
    known = json.loads(Path("answer/2026-03-03-093015-later/call.json").read_text())
    assert (known["kept_until"], known["corrected"][0]["field"]) == ("2999-01-01", "hold")
    assert "complaint" not in json.dumps(known)


def test_a_call_that_cannot_be_read_does_not_stop_the_others(root: Path) -> None:
    (folder,) = root.glob("*/*-later")
    (folder / "events.jsonl").unlink()
    done = run("export", "--customer", CUSTOMER, "-o", "answer.zip")
    assert (done.exit_code, done.stdout) == (1, "Wrote 1 call to answer.zip.\n")
    assert "Can't read events.jsonl" in done.stderr


def test_it_goes_into_a_place_of_its_own(root: Path) -> None:
    Path("answer").mkdir()
    Path("answer/other.txt").write_text("another customer's")
    assert "is not empty" in run("export", "--customer", CUSTOMER, "-o", "answer").stderr
    assert "No call in" in run("export", "--customer", "C-9", "-o", "empty").stderr
    assert not Path("empty").exists()
    assert run("export", "--customer", CUSTOMER).exit_code == 2
    assert run("export", "--customer", CUSTOMER, "--to", "json", "-o", "answer").exit_code == 2
    assert len(list(root.glob("*/*/"))) == 3


@pytest.mark.usefixtures("root")
def test_a_sealed_call_is_given_open_and_not_without_its_key(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("[privacy]\nencrypt = true\nkey_file = 'key'\n")
    run("key", "make")
    assert run("key", "seal").exit_code == 0
    assert run("export", "--customer", CUSTOMER, "-o", "answer").exit_code == 0
    assert "refund" in Path("answer/2026-03-02-093015-a1b2c3/transcript.txt").read_text()
    (tmp_path / "key").unlink()
    keys.forget()
    done = run("export", "--customer", CUSTOMER, "-o", "again")
    assert (done.exit_code, "There is no key file" in done.stderr) == (1, True)
    assert not Path("again").exists()

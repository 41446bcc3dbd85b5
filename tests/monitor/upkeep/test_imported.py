"""Recordings of last year: retention, rights and corrections go by when and whose they were, not by their import."""

import json
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
import soundfile
from click.testing import CliRunner, Result

from audio.values import Turn
from monitor.call import marks
from monitor.call.events import Mark
from monitor.call.info import read_info
from monitor.call.log import read_events
from monitor.cli import main
from monitor.upkeep.retention import LOG
from tests.sounds import silence, syllables

pytestmark = pytest.mark.slow
NOW = datetime.now().astimezone()
CUSTOMER = "C-4711"


@pytest.fixture(params=["plain", "sealed"])
def root(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TONE_MONITOR_CALLS", str(tmp_path / "calls"))
    monkeypatch.setenv("TONE_MONITOR_CONFIG", str(tmp_path / "config.toml"))
    settings = '[agent]\nname = "Ada Byron"\n'
    if request.param == "sealed":
        settings += "[privacy]\nencrypt = true\nkey_file = 'key'\n"
    (tmp_path / "config.toml").write_text(settings)
    if request.param == "sealed":
        run("key", "make")
    return tmp_path / "calls"


def run(*arguments: str | Path) -> Result:
    done = CliRunner().invoke(main, [str(argument) for argument in arguments])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done


def imported(place: Path, days_ago: int, agent: str, customer: str, *more: str) -> Path:
    """Import a recording in which only the right channel speaks, each a little different."""
    path = place / f"{days_ago}.wav"
    spoken = syllables(list(np.arange(0.3, 3.7, 0.25)), 4.0) * (1 - days_ago / 1e4)
    soundfile.write(path, np.stack([silence(4.0), spoken], axis=1), 16_000)
    started = (NOW - timedelta(days=days_ago)).isoformat()
    whose = ("--agent-name", agent, "--customer-id", customer, "--started", started)
    done = run("analyze", path, "--model", "none", *whose, *more)
    assert done.exit_code == 0, done.output
    (folder,) = (place / "calls").glob(f"{NOW - timedelta(days=days_ago):%Y-%m-%d}/*")
    return folder


def test_purge_goes_by_the_day_of_the_call(root: Path) -> None:
    recent = imported(root.parent, 10, "Ada Byron", CUSTOMER)
    old = imported(root.parent, 100, "Ada Byron", CUSTOMER, "--keep-until", f"{NOW + timedelta(days=1):%Y-%m-%d}")
    assert "Kept 1 call on hold" in run("purge").stdout
    assert run("call", "edit", old.name, "hold=").exit_code == 0
    assert run("purge").stdout == "Deleted the sound of 1 call, the words of 1 call.\n"
    assert (recent / "audio.flac").exists()
    assert not (old / "audio.flac").exists()


def test_what_is_found_to_be_older_is_purged_next(root: Path) -> None:
    folder = imported(root.parent, 10, "Ada Byron", CUSTOMER)
    assert run("purge").stdout == "Deleted nothing.\n"
    told = run("call", "edit", folder.name, f"started={NOW - timedelta(days=400):%Y-%m-%dT%H:%M}").stdout
    assert "past its retention period: the next purge deletes all of it." in told
    assert run("purge").stdout == "Deleted all of 1 call.\n"
    assert not list(root.glob("*/*/"))


def test_an_agent_finds_and_deletes_her_own_recordings_of_last_year(root: Path) -> None:
    imported(root.parent, 20, "Ada Byron", CUSTOMER)
    other = imported(root.parent, 21, "Ada Byron-Lovelace", "C-1")
    marks.add(other, Mark(1.0, "note", "listen", by="Ada Byron"))
    assert [one["agent"] for one in json.loads(run("calls", "--mine", "--json").stdout)] == ["Ada Byron"]
    assert run("forget", "ada byron", "--yes").stdout == "Deleted all of 1 call.\n"
    assert json.loads(run("calls", "--mine", "--json").stdout) == []
    assert [(mark.text, mark.by) for mark in marks.read(other)] == [("listen", "")]


def test_a_customer_is_forgotten_and_leaves_no_trace(root: Path) -> None:
    imported(root.parent, 20, "Ada Byron", CUSTOMER)
    wrong = imported(root.parent, 21, "Ada Byron", "C-1")
    kept = imported(root.parent, 22, "Ada Byron", CUSTOMER)
    for folder, customer in ((wrong, CUSTOMER), (kept, "C-2")):
        assert run("call", "edit", folder.name, f"customer={customer}").exit_code == 0
    for name, customer in (("theirs", CUSTOMER), ("others", "C-2")):
        assert run("calls", "--plain", "--customer", customer, "--save", name).exit_code == 0
    assert run("report", "--team", "--text").exit_code == 0
    assert run("export", "--to", "json", "--new", "-o", root.parent / "copies").exit_code == 0
    assert run("forget", "--customer", CUSTOMER.lower(), "--yes").stdout == "Deleted all of 2 calls.\n"
    (left,) = root.glob("*/*/")
    assert read_info(left).customer == "C-2"
    assert [path for path in root.rglob("*") if path.is_file() and CUSTOMER.encode() in path.read_bytes()] == []
    assert len((root / LOG).read_text().splitlines()) == 2
    assert run("calls", "--saved").stdout == "@others  customer:C-2\n"
    assert run("export", "--to", "json", "--new", "-o", root.parent / "copies").exit_code == 0
    assert "No call in" in run("forget", "--customer", CUSTOMER, "--yes").stderr


def test_a_swapped_recording_is_turned_with_the_rest_of_what_was_wrong(root: Path) -> None:
    folder = imported(root.parent, 20, "Sam Porter", CUSTOMER)
    marks.add(folder, Mark(1.0, "note", "swapped?", by="Robin"))
    done = run("call", "edit", folder.name, "agent_channel=right", "agent=Ada Byron", "started=2025-03-02T10:00")
    assert done.exit_code == 0, done.output
    moved = root / "2025-03-02" / folder.name
    assert {event.speaker for event in read_events(moved) if isinstance(event, Turn)} == {"agent"}
    assert read_info(moved).agent == "Ada Byron"
    assert [mark.text for mark in marks.read(moved)] == ["swapped?"]
    assert [(one.field, one.was, one.now) for one in marks.edits(moved)][:2] == [
        ("agent_channel", "left", "right"),
        ("agent", "", ""),
    ]
    (row,) = json.loads(run("calls", "--json").stdout)
    assert (row["day"], row["agent"], row["agent_talk_s"] > 0, row["customer_talk_s"]) == (
        "2025-03-02",
        "Ada Byron",
        True,
        0.0,
    )
    assert run("call", "edit", folder.name, "agent_channel=right").stdout.startswith("Nothing to change")

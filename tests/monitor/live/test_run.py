"""A session as its program runs it, and as others steer it from outside."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from monitor import sample
from monitor.agent.view import AgentView
from monitor.call.events import Ended, Health, Mark
from monitor.call.folder import read_events, read_info
from monitor.cli import main
from monitor.live import run as session
from monitor.live.parts import Opened


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "runtime").mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "runtime"))
    monkeypatch.setenv("TONE_MONITOR_CALLS", str(tmp_path / "calls"))


def test_a_softphone_begins_flags_and_ends_calls(tmp_path: Path) -> None:
    live = [sys.executable, "-m", "monitor", "live", "--from", str(sample.CALL), "--plain", "--model", "none"]
    process = subprocess.Popen(live, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=dict(os.environ))
    for _ in range(600):
        time.sleep(0.05)
        if run("call", "status").stdout.startswith("In a call for"):
            break
    started = run("call", "start", "--customer-id", "4711", "--attribute", "contacts_30d=3")
    assert started.stdout.startswith("In a call with customer 4711 for 0:0")
    assert json.loads(run("call", "status", "--json").stdout)["customer"] == "4711"
    assert run("call", "flag").stdout.startswith("Flagged (session ")
    assert run("call", "stop").stdout.startswith("Waiting for a call (session ")
    again = run("call", "stop")
    assert (again.exit_code, again.stderr) == (1, "No call is on.\n")
    process.send_signal(signal.SIGINT)
    printed, told = process.communicate(timeout=60)

    assert process.returncode == 0, told
    infos = {read_info(folder).customer: folder for folder in (tmp_path / "calls").glob("*/*/")}
    assert sorted(infos) == ["", "4711"]
    assert read_info(infos["4711"]).attributes == {"contacts_30d": "3"}
    events = list(read_events(infos["4711"]))
    assert [event.kind for event in events if isinstance(event, Mark)] == ["flag"]
    assert isinstance(events[-1], Ended)
    assert printed.count("Kept in") == 2


def test_without_a_session_a_softphone_is_told_so() -> None:
    for command in (["start"], ["stop"], ["flag"], ["status"]):
        done = run("call", *command)
        assert (done.exit_code, done.stdout) == (1, "")
        assert done.stderr == "No session is running here: start one with tone-monitor live.\n"


def test_what_is_said_of_a_call_is_checked_before_it_is_sent() -> None:
    assert run("call", "start", "--attribute", "nothing").exit_code == 2
    assert "at most 64 letters" in run("call", "start", "--attribute", "two words=3").stderr


def test_speech_begins_a_call_of_a_recording_too(tmp_path: Path) -> None:
    done = run("live", "--from", sample.CALL, "--auto", "--speed", "0", "--model", "none", "--no-record")
    assert done.exit_code == 0
    (folder,) = (tmp_path / "calls").glob("*/*/")
    whole_s = 176.0
    assert whole_s - 8 < read_info(folder).duration_s <= whole_s + 1
    assert f"Kept in {folder}" in done.stdout


def test_no_call_begins_by_itself_where_nobody_but_the_agent_is_heard() -> None:
    done = run("live", "--from", sample.CALL, "--agent", "mono", "--auto", "--speed", "0", "--model", "none")
    assert done.exit_code == 1
    assert "--customer" in done.stderr


def test_what_was_not_kept_is_told_again_when_the_screen_is_gone(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Screen:
        """Is gone at once, with what it showed last."""

        def __init__(self, _pump: object) -> None:
            pass

        def run(self, *, mouse: bool) -> AgentView:
            del mouse
            return AgentView(
                troubles=(
                    Health(9.0, "microphone", fine=False, note="No sound."),
                    Health(9.0, "recording", fine=False, note="The disk is full: the end of this call is not kept."),
                )
            )

    monkeypatch.setattr("monitor.agent.app.AgentApp", Screen)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    session.run(lambda: Opened((), lambda _: pytest.fail("No call begins.")), plain=False)
    assert capsys.readouterr().err == "The disk is full: the end of this call is not kept.\n"

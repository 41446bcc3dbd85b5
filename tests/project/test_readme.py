"""Everything the README shows is run: commands, what they print, and Python."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from monitor import sample

pytestmark = pytest.mark.slow


ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
CONSOLE = re.findall(r"```console\n(.*?)```", README, re.DOTALL)
PYTHON = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
COMMAND = re.compile(r"^\$ (.+)\n((?:(?!\$ ).*\n)*)", re.MULTILINE)
SHOWN = [pair for block in CONSOLE for pair in COMMAND.findall(block)]
FIRST = "tone-monitor analyze call.flac --model none"
"""Saves the call that the other commands show."""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("readme")
    shutil.copy(sample.CALL, folder / "call.flac")
    team = next(printed for command, printed in SHOWN if command == "cat team.toml")
    (folder / "team.toml").write_text(team, encoding="utf-8")
    _, *arguments = shlex.split(FIRST)
    (folder / "first.txt").write_text(run([sys.executable, "-m", "monitor", *arguments], folder), encoding="utf-8")
    return folder


def run(command: list[str], place: Path) -> str:
    own = {
        "TONE_MONITOR_CALLS": place / "calls",
        "TONE_MONITOR_CONFIG": place / "config.toml",
        "TONE_MONITOR_PROFILES": place / "profiles",
        "PYTHONPATH": ROOT,
    }
    environment = os.environ | {name: str(path) for name, path in own.items()}
    done = subprocess.run(command, cwd=place, env=environment, check=True, capture_output=True, text=True)
    return done.stdout


def as_shown(shown: str) -> re.Pattern[str]:
    """What a line with … stands for: anything in a line, and a line of its own any lines."""
    parts = [".*" if line == "…" else re.escape(line).replace("…", "[^\n]*") for line in shown.splitlines()]
    return re.compile("\n".join(parts) + r"\s*", re.DOTALL)


@pytest.mark.parametrize(("command", "shown"), SHOWN, ids=[command for command, _ in SHOWN])
def test_a_command_prints_what_the_readme_shows(command: str, shown: str, place: Path) -> None:
    program, *arguments = shlex.split(command)
    if program == "make":
        assert re.search(rf"^{arguments[0]}:", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
        return
    if program == "cat":
        printed = (place / arguments[0]).read_text(encoding="utf-8")
    elif command == FIRST:
        printed = (place / "first.txt").read_text(encoding="utf-8")
    else:
        assert program == "tone-monitor"
        printed = run([sys.executable, "-m", "monitor", *arguments], place)
    assert as_shown(shown).fullmatch(printed), printed


@pytest.mark.parametrize("code", PYTHON)
def test_the_python_runs(code: str, place: Path) -> None:
    assert "Slow down" in run([sys.executable, "-c", code], place)


def test_the_tests_are_run_by_the_command_that_the_readme_names() -> None:
    assert "make test" in (ROOT / ".ci/run").read_text(encoding="utf-8")


def test_every_command_and_every_picture_is_there() -> None:
    listed = run([sys.executable, "-m", "monitor", "--help"], ROOT)
    for command in re.findall(r"`tone-monitor (\w+)", README):
        assert f"  {command} " in listed
    for picture in re.findall(r"!\[[^]]+]\(([^)]+)\)", README):
        assert (ROOT / picture).read_text(encoding="utf-8").startswith("<svg")

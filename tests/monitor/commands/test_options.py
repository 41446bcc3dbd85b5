"""The settings of a command: read when it needs them, once, and by nothing below it."""

import ast
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from monitor.cli import main
from monitor.settings import config
from monitor.settings.config import Settings
from tests.made_calls import fired, make

MONITOR = Path(config.__file__).parents[1]
EDGES = {"commands/options/common.py", "recordings/one.py", "live/latest_wiring.py", "rollout/intake.py"}
"""Where settings are read: for a command, for `monitor.analyze`, and for calls that follow a team's roll-out."""


@pytest.fixture(autouse=True)
def calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TONE_MONITOR_CONFIG", str(tmp_path / "config.toml"))
    monkeypatch.setenv("TONE_MONITOR_PROFILES", str(tmp_path / "profiles"))
    monkeypatch.delenv("TONE_MONITOR_CALLS", raising=False)
    (tmp_path / "config.toml").write_text(f'[agent]\nname = "Sam Porter"\n[calls]\nfolder = "{tmp_path / "calls"}"\n')
    make(tmp_path / "calls", [fired("slow-down", 4.0)])
    return tmp_path / "calls"


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


@pytest.mark.parametrize(
    "arguments",
    [
        ["calls", "--json", "--mine"],
        ["reindex", "--all"],
        ["rules", "quality"],
        ["purge"],
        ["forget", "093015-a1b2c3", "--yes"],
        ["doctor", "093015-a1b2c3"],
        ["report", "--text"],
    ],
    ids=lambda arguments: arguments[0],
)
def test_a_command_reads_the_settings_once(arguments: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    reads: list[Callable[[], Settings]] = []
    read = config.settings
    monkeypatch.setattr(config, "settings", lambda: (reads.append(read), read())[1])
    done = run(*arguments)
    assert done.exit_code == 0, done.output
    assert len(reads) == 1


def test_the_next_command_reads_them_again(tmp_path: Path) -> None:
    assert "Sam Porter" in run("calls", "--plain", "--mine").stdout
    (tmp_path / "config.toml").write_text(f'[agent]\nname = "Kim"\n[calls]\nfolder = "{tmp_path / "calls"}"\n')
    assert "Sam Porter" not in run("calls", "--plain", "--mine").stdout


def test_a_plain_call_is_read_whatever_is_wrong_with_the_settings(tmp_path: Path, calls: Path) -> None:
    (tmp_path / "config.toml").write_text("[words]\nmoddel = 'none'\n")
    for arguments in (("replay", "--plain"), ("report", "--text"), ("export", "--to", "vtt")):
        assert run(*arguments, "--calls", calls).exit_code == 0, arguments


def test_nothing_below_the_commands_reads_the_settings() -> None:
    reading = {
        path.relative_to(MONITOR).as_posix()
        for path in MONITOR.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {"settings", "config.settings"}
    }
    assert reading <= EDGES

"""docs/team.md and its examples: commands and options that there are, files that the program and systemd accept."""

import configparser
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
import yaml
from click.testing import CliRunner

from monitor.cli import main
from monitor.commands.serve import serve
from monitor.rollout.publish import prepare
from monitor.settings import settings_file
from monitor.settings.config import TABLES
from monitor.settings.team_settings import ALLOWED

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "docs/examples"
PAGES = ("docs/team.md", "docs/encryption.md")
UNITS = sorted((EXAMPLES / "systemd").glob("*.service"))
TIMERS = sorted((EXAMPLES / "systemd").glob("*.timer"))
PROGRAM = "/opt/tone-monitor/bin/tone-monitor"
ANALYZE = shutil.which("systemd-analyze")
PAGE = (ROOT / "docs/team.md").read_text("utf-8")


def command(words: list[str]) -> tuple[click.Command, list[str]]:
    """The command that a line starts with, and what follows its name."""
    found: click.Command = main
    while isinstance(found, click.Group) and words and words[0] in found.commands:
        found, words = found.commands[words[0]], words[1:]
    return found, words


def assert_runs(line: str) -> None:
    """There is such a command, and it has these options."""
    found, rest = command(shlex.split(line)[1:])
    assert found is not main, line
    options = {name for option in found.params for name in option.opts}
    assert {word.partition("=")[0] for word in rest if word.startswith("-")} <= options, line


@pytest.mark.parametrize("page", PAGES)
def test_every_command_that_a_page_names_is_one(page: str) -> None:
    text = re.sub(r"^ *```.*?^ *```", "", (ROOT / page).read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    text = " ".join(text.split())
    lines = [line for line in re.findall(r"`([^`]+)`", text) if re.match(r"tone-monitor [a-z]", line)]
    assert len(lines) > 5
    for line in lines:
        assert_runs(line)


def test_the_table_of_what_a_team_may_set_is_the_list_that_the_program_goes_by() -> None:
    table = PAGE.partition("### What a team may set")[2].partition("\n\nEverything")[0]
    named = re.findall(
        r"`([a-z]+)\.([a-z_]+)`", "\n".join(line.split("|")[1] for line in table.splitlines() if "|" in line)
    )
    assert set(named) == set(ALLOWED)
    shown = {tuple(one): line for line in table.splitlines() for one in re.findall(r"`([a-z]+)\.([a-z_]+)`", line)}
    assert not [key for key, permission in ALLOWED.items() if permission.in_words not in shown[key]]


@pytest.mark.parametrize("name", ["desk.toml", "supervisor.toml"])
def test_the_settings_are_settings(name: str) -> None:
    assert settings_file.read(EXAMPLES / "settings" / name, TABLES)


def test_the_teams_settings_can_be_published() -> None:
    prepared = prepare("Support", "Kim", "", [], EXAMPLES / "settings/team-settings.toml")
    assert prepared.settings["retention"]["audio_days"] == 14


def programs(unit: Path) -> Iterator[str]:
    for line in unit.read_text("utf-8").splitlines():
        name, _, value = line.partition("=")
        if name == "ExecStart":
            yield value.removeprefix("-")


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.name)
def test_the_units_start_commands_that_there_are(unit: Path) -> None:
    lines = list(programs(unit))
    assert lines
    for line in lines:
        assert line.startswith(PROGRAM)
        assert_runs(line)


@pytest.mark.parametrize("timer", TIMERS, ids=lambda path: path.name)
def test_each_timer_has_its_service(timer: Path) -> None:
    assert timer.with_suffix(".service") in UNITS
    parsed = configparser.ConfigParser()
    parsed.read_string(timer.read_text("utf-8"))
    assert parsed["Timer"]["OnCalendar"]


@pytest.mark.slow
@pytest.mark.skipif(ANALYZE is None, reason="systemd is not installed")
def test_systemd_accepts_the_units(tmp_path: Path) -> None:
    for path in (*UNITS, *TIMERS):
        # The program and its account are not on this machine.
        text = path.read_text("utf-8").replace(PROGRAM, "/bin/true").replace("User=tone-monitor", "User=root")
        (tmp_path / path.name).write_text(text, "utf-8")
    done = subprocess.run(
        [str(ANALYZE), "verify", "--recursive-errors=no", *map(str, sorted(tmp_path.iterdir()))],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert not [line for line in done.stderr.splitlines() if "tone-monitor" in line], done.stderr
    assert done.returncode == 0, done.stderr


def test_the_server_of_the_examples_is_that_of_the_page_on_telephony() -> None:
    page = (ROOT / "docs/telephony.md").read_text("utf-8")
    unit = (EXAMPLES / "systemd/tone-monitor-serve.service").read_text("utf-8")
    assert f"```ini\n{unit[unit.index('[Unit]') :]}```" in page


def test_the_compose_file_is_whole_and_starts_a_server() -> None:
    compose = yaml.safe_load((EXAMPLES / "compose/compose.yaml").read_text("utf-8"))
    services = compose["services"]
    assert set(services) == {"broker", "database", "server"}
    for service in services.values():
        assert "image" in service or "build" in service
        named = {volume.partition(":")[0] for volume in service.get("volumes", ()) if not volume.startswith(".")}
        assert named <= set(compose["volumes"])
        assert set(service.get("depends_on", ())) <= set(services)
    with serve.make_context("serve", services["server"]["command"][2:]) as context:
        assert context.params
    for line in re.findall(r"exec server (tone-monitor .*)", (EXAMPLES / "compose/compose.yaml").read_text("utf-8")):
        assert_runs(line)


def test_the_sql_of_the_example_is_what_the_program_runs() -> None:
    url = "postgresql://owner@db.example/tone"
    done = CliRunner().invoke(main, ["catalogue", "init-team", "--dry-run", "--url", url])
    assert done.exit_code == 0
    example = (EXAMPLES / "postgresql/init-team.sql").read_text("utf-8")
    assert example.partition("\n\n")[2] == done.output

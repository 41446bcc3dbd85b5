"""The systemd unit and the container file of docs/telephony.md start this server, and write only where they may."""

import re
import shlex
import tomllib
from collections.abc import Mapping
from pathlib import Path

import platformdirs
import pytest

from monitor.call.folder import root_folder
from monitor.commands.serve import serve
from monitor.settings.config import file

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/telephony.md").read_text("utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


def block(language: str, first: str) -> str:
    """The code on the page that begins with this line."""
    (found,) = [code for code in re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL) if code.startswith(first)]
    return str(found)


def unit() -> Mapping[str, str]:
    """Its values; those of a name that comes twice are joined."""
    values: dict[str, str] = {}
    for line in block("ini", "[Unit]").splitlines():
        name, equals, value = line.partition("=")
        if equals:
            values[name] = f"{values.get(name, '')} {value}".strip()
    return values


def options(arguments: list[str]) -> dict[str, object]:
    """What `tone-monitor serve` takes them for; it fails at one that it does not have."""
    with serve.make_context("serve", list(arguments)) as context:
        return context.params


def places(monkeypatch: pytest.MonkeyPatch, environment: Mapping[str, str]) -> list[Path]:
    """Where the server keeps settings and secrets, calls, and the messages that it has still to send."""
    kinds = ("CONFIG", "DATA", "STATE", "CACHE")
    for name in (*(f"XDG_{kind}_HOME" for kind in kinds), "TONE_MONITOR_CALLS", "TONE_MONITOR_CONFIG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return [file().parent, root_folder().parent, platformdirs.user_state_path("tone-monitor")]


def test_every_server_that_the_page_starts_has_these_options() -> None:
    commands = re.findall(r"^tone-monitor serve (.*)$", PAGE, re.MULTILINE)
    assert len(commands) >= 4
    for command in commands:
        options(shlex.split(command, comments=True))


def test_the_unit_starts_the_server_and_lets_it_write_where_it_writes(monkeypatch: pytest.MonkeyPatch) -> None:
    program, command, *arguments = shlex.split(unit()["ExecStart"])
    assert (Path(program).name, command) == ("tone-monitor", "serve")
    assert "tone-monitor" in PROJECT["scripts"]
    assert options(arguments)["behind_proxy"]
    environment = dict(one.split("=") for one in shlex.split(unit()["Environment"]))
    may_write = Path("/var/lib") / unit()["StateDirectory"]

    assert all(place.is_relative_to(may_write) for place in places(monkeypatch, environment))
    assert platformdirs.user_cache_path("tone-monitor").is_relative_to(may_write)
    assert environment["XDG_RUNTIME_DIR"] == f"/run/{unit()['RuntimeDirectory']}"
    assert unit()["RuntimeDirectoryMode"] == "0700"


def test_the_container_starts_the_server_and_keeps_what_it_writes(monkeypatch: pytest.MonkeyPatch) -> None:
    container = block("dockerfile", "FROM")
    said = dict(re.findall(r"^(FROM|USER|ENV|VOLUME|EXPOSE|CMD|RUN pip install) (.+)$", container, re.MULTILINE))
    program, command, *arguments = re.findall(r'"([^"]+)"', said["CMD"])
    assert (program, command) == ("tone-monitor", "serve")
    assert str(options(arguments)["listen"]).endswith(f":{said['EXPOSE']}")
    extras = re.findall(r"\[([\w,-]+)\]", said["RUN pip install"])
    assert set(",".join(extras).split(",")) <= set(PROJECT["optional-dependencies"])

    environment = {"HOME": f"/home/{said['USER']}", **dict([said["ENV"].split("=")])}
    assert {str(place) for place in places(monkeypatch, environment)} <= set(re.findall(r'"([^"]+)"', said["VOLUME"]))
    assert f"mkdir -m 700 {environment['XDG_RUNTIME_DIR']}" in container

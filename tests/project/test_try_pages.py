"""The pages for the first try on other systems: twenty steps, and what they quote is what the program says."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from monitor.cli import main
from monitor.setup.shortcut import shortcut

DOCS = Path(__file__).parents[2] / "docs"
PAGES = {"win32": "try-on-windows.md", "darwin": "try-on-macos.md"}
SETUP = "".join(path.read_text("utf-8") for path in (DOCS.parent / "monitor/setup").glob("*.py"))


def steps(page: str) -> list[tuple[str, str, str]]:
    return re.findall(r"^\| (\d+) \| (.+) \| (.+) \|$", (DOCS / page).read_text("utf-8"), re.MULTILINE)


@pytest.mark.parametrize("page", PAGES.values())
def test_a_page_has_twenty_steps_and_says_that_nobody_ran_it(page: str) -> None:
    assert [int(number) for number, *_ in steps(page)] == list(range(1, 21))
    assert "**Not run yet**" in (DOCS / page).read_text("utf-8")


@pytest.mark.parametrize("page", PAGES.values())
def test_every_command_of_a_step_is_there(page: str) -> None:
    listed = CliRunner().invoke(main, ["--help"]).stdout
    commands = {name for _, do, _ in steps(page) for name in re.findall(r"`tone-monitor (\w+)", do)}
    assert {"demo", "setup", "doctor", "calls"} <= commands
    assert [name for name in commands if f"  {name} " not in listed] == []


@pytest.mark.parametrize("page", PAGES.values())
def test_a_page_quotes_the_questions_as_they_are_asked(page: str) -> None:
    text = (DOCS / page).read_text("utf-8")
    for question in ("Devices and name", "Your name, for your profile and in reports", "The customer's side, or"):
        assert question in text
        assert question.replace("'", "\\'") in SETUP or question in SETUP


@pytest.mark.parametrize(("system", "page"), PAGES.items())
def test_a_page_names_the_shortcut_that_setup_writes(system: str, page: str) -> None:
    made = shortcut(system, {}, Path("/home"), ["tone-monitor"])
    assert re.search(rf"{re.escape(made.path.parent.name)}[/\\]{re.escape(made.path.name)}`", (DOCS / page).read_text())

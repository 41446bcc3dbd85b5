"""docs/archive.md: its commands have the options they show, and its files and programs can be read."""

import ast
import re
import shlex
from pathlib import Path

import click
import pytest
import yaml

from monitor.archive.columns import NESTED
from monitor.archive.questions import QUESTIONS
from monitor.cli import main

PAGE = (Path(__file__).parents[2] / "docs" / "archive.md").read_text("utf-8")
BLOCKS = re.findall(r"```(\w*)\n(.*?)```", PAGE, re.DOTALL)
COMMANDS = re.findall(r"^tone-monitor (.+)$", "".join(text for _, text in BLOCKS), re.MULTILINE)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_of_the_page_has_the_options_it_shows(command: str) -> None:
    found: click.Command = main
    words = shlex.split(command)
    while isinstance(found, click.Group):
        found = found.commands[words.pop(0)]
    options = {name for param in found.params for name in param.opts}
    assert {word for word in words if word.startswith("--")} <= options


def test_the_job_of_kubernetes_works_as_many_shards_as_it_has_parts() -> None:
    (text,) = (text for language, text in BLOCKS if language == "yaml")
    job = yaml.safe_load(text)["spec"]
    arguments = job["template"]["spec"]["containers"][0]["args"]
    assert arguments[arguments.index("--shard") + 1] == f"auto/{job['completions']}"
    assert job["completionMode"] == "Indexed"


def test_the_names_that_the_program_for_ray_imports_are_there() -> None:
    (text,) = (text for language, text in BLOCKS if language == "python")
    imports = [node for node in ast.parse(text).body if isinstance(node, ast.ImportFrom)]
    ours = [node for node in imports if node.module and node.module.startswith("monitor.")]
    assert len(ours) > 5
    for node in ours:
        module = __import__(str(node.module), fromlist=[alias.name for alias in node.names])
        assert [alias.name for alias in node.names if not hasattr(module, alias.name)] == []


def test_the_page_names_every_table_of_a_question() -> None:
    assert not [name for name in NESTED if f"`{name}`" not in PAGE]
    assert "weeks" in QUESTIONS

"""What hosts, editors and hooks read says the same as the Makefile, the locks and pyproject.toml."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")
WORKFLOW = (ROOT / ".github/workflows/test.yml").read_text("utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def recipe(target: str) -> list[str]:
    """What a target of the Makefile runs."""
    return re.search(rf"^{target}:.*\n((?:\t.+\n)+)", MAKEFILE, re.MULTILINE)[1].replace("\t", "").splitlines()


def test_the_hooks_are_ours_and_run_what_make_lint_runs() -> None:
    (repository,) = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text("utf-8"))["repos"]
    assert repository["repo"] == "local"
    run = [hook["entry"].replace(" --force-exclude", "") for hook in repository["hooks"]]
    linters = [line.replace("$(BIN)", ".venv/bin").removesuffix(" .") for line in recipe("lint")]
    assert run == [*linters, ".venv/bin/python -m tools.reference --check"]


def test_the_workflow_tries_every_python_that_the_package_claims_on_three_systems() -> None:
    matrix = yaml.safe_load(WORKFLOW)["jobs"]["test"]["strategy"]["matrix"]
    claimed = [name.rpartition(" ")[2] for name in PROJECT["project"]["classifiers"] if ":: 3." in name]
    assert matrix["python"] == claimed
    assert [name.partition("-")[0] for name in matrix["os"]] == ["ubuntu", "windows", "macos"]


def test_the_workflow_installs_as_the_makefile_does() -> None:
    steps = [step["run"] for step in yaml.safe_load(WORKFLOW)["jobs"]["test"]["steps"] if "run" in step]
    installed = [step.partition("pip install ")[2] for step in steps if "pip install" in step]
    assert installed == re.findall(r"^\t\$\(PIP\) (.+)$", MAKEFILE, re.MULTILINE)


def test_the_workflow_says_that_it_was_never_run() -> None:
    assert WORKFLOW.startswith("# Not yet run")


def test_editors_break_lines_where_ruff_does() -> None:
    assert f"max_line_length = {PROJECT['tool']['ruff']['line-length']}" in (ROOT / ".editorconfig").read_text("utf-8")


@pytest.mark.parametrize(
    ("path", "attribute", "value"),
    [
        ("requirements.lock", "linguist-generated", "set"),
        ("requirements-dev.lock", "linguist-generated", "set"),
        ("docs/events.md", "linguist-generated", "set"),
        ("docs/architecture.md", "linguist-generated", "unspecified"),
        ("monitor/cli.py", "eol", "lf"),
        ("monitor/sample/call.flac", "text", "unset"),
        ("tests/fuzz_inputs/answer-714e351dcb", "text", "unset"),
    ],
)
def test_git_treats_a_file_as_what_it_is(path: str, attribute: str, value: str) -> None:
    assert (ROOT / path).exists()
    git = ["git", "check-attr", attribute, "--", path]
    done = subprocess.run(git, check=False, capture_output=True, text=True, cwd=ROOT)
    if done.returncode:
        pytest.skip("this is no clone of the repository, or there is no git")
    assert done.stdout.strip().endswith(f": {value}")

"""The pages for developers name files and names that there are, and say of the layers what the contracts say."""

import re
import tomllib
from pathlib import Path

import pytest

from monitor.base.version import __version__

ROOT = Path(__file__).parents[2]
PAGES = (
    "CONTRIBUTING.md",
    "README.md",
    *(f"docs/{path.relative_to(ROOT / 'docs')}" for path in (ROOT / "docs").rglob("*.md")),
)
FOLDERS = "audio|audit|bench|docs|fuzz|monitor|rules|tests|tools|\\.ci|\\.github"
NAMED = re.compile(rf"`((?:{FOLDERS})/[\w./-]+|[\w.-]+\.(?:toml|lock|md)|Makefile)(?:::(\w+))?`")
CODE = re.compile(r"^```.*?^```|`[^`\n]+`", re.MULTILINE | re.DOTALL)
MAKE = re.compile(r"^[`$ ]*(?:\w+=\S+ )*make (\w[\w-]*)", re.MULTILINE)
"""A target, at the start of a line of code; variables may stand before it."""
OF_A_CALL = {"call.toml", "hold.toml", "key.toml", "team.toml", "call.md", "my-cases.toml", "serve-secrets.toml"}
"""Files that are in no checkout."""
ARCHITECTURE = (ROOT / "docs/architecture.md").read_text("utf-8")


def section(title: str) -> str:
    return re.split(rf"^## {re.escape(title)}$", ARCHITECTURE, flags=re.MULTILINE)[1].partition("\n## ")[0]


def rows(title: str) -> list[list[str]]:
    lines = [line for line in section(title).splitlines() if line.startswith("|")][2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def contract(container: str) -> list[list[str]]:
    """The layers that import-linter checks, from top to bottom."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    (found,) = [one["layers"] for one in contracts if one.get("containers") == [container]]
    return [re.split(r" [|:] ", layer) for layer in found]


@pytest.mark.parametrize("page", PAGES)
def test_what_a_page_names_is_there(page: str) -> None:
    for path, name in NAMED.findall((ROOT / page).read_text("utf-8")):
        if path in OF_A_CALL:
            continue
        assert (ROOT / path).exists(), path
        if name:
            defined = rf"^(def|class) {name}\b|^{name}\b.* = "
            assert re.search(defined, (ROOT / path).read_text("utf-8"), re.MULTILINE), f"{path}::{name}"


@pytest.mark.parametrize("page", PAGES)
def test_every_link_of_a_page_leads_to_a_file(page: str) -> None:
    for link in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", (ROOT / page).read_text("utf-8")):
        assert (ROOT / page).parent.joinpath(link).exists(), link


@pytest.mark.parametrize("page", PAGES)
def test_every_make_target_that_a_page_names_is_one(page: str) -> None:
    targets = re.findall(r"^([\w-]+):(?!=)", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    named = {target for code in CODE.findall((ROOT / page).read_text("utf-8")) for target in MAKE.findall(code)}
    assert named <= set(targets)
    if page in {"CONTRIBUTING.md", "README.md"}:
        assert {"demo", "test"} <= named


def test_the_page_has_the_layers_of_the_contract_in_their_order() -> None:
    assert [re.findall(r"`(\w+)`", rooms) for rooms, _ in rows("Layers")] == contract("monitor")


def test_every_room_of_a_line_says_what_it_is_for() -> None:
    for rooms, what in rows("Layers"):
        assert len(what.split("; ")) == rooms.count("`") // 2, rooms


def test_every_thread_that_a_live_call_starts_has_a_row() -> None:
    started = {
        (name, f"{path.relative_to(ROOT).as_posix()}")
        for folder in ("monitor", "audio/devices")
        for path in (ROOT / folder).rglob("*.py")
        for name in re.findall(r"\bThread\([^\n]*\bname=\"([^\"]+)\"", path.read_text("utf-8"))
    }
    assert len(started) > 10
    shown = {
        (name, path)
        for threads, paths, *_ in rows("Threads of a live call")
        for name in re.findall(r"`([^`]+)`", threads)
        for path in re.findall(r"`([^`]+)`", paths)
    }
    assert started <= shown


def test_every_word_of_the_glossary_leads_to_the_code_and_they_are_in_order() -> None:
    words = [word for word, *_ in rows("Glossary")]
    assert len(words) >= 20
    assert words == sorted(words)
    assert all(NAMED.search(where) for *_, where in rows("Glossary"))


def test_every_question_is_answered_by_a_path() -> None:
    asked = rows("Where is …?")
    assert len(asked) >= 10
    for question, answer in asked:
        assert question.endswith("?")
        assert NAMED.search(answer), question


def test_every_decision_is_in_the_index_and_has_the_same_headings() -> None:
    pages = sorted((ROOT / "docs/decisions").glob("[0-9]*.md"))
    index = (ROOT / "docs/decisions/README.md").read_text("utf-8")
    assert re.findall(r"\]\((\d{4}-[\w-]+\.md)\)", index) == [page.name for page in pages]
    for page in pages:
        text = page.read_text("utf-8")
        assert text.startswith(f"# {page.name[:4]}: ")
        assert re.findall(r"^## (.+)$", text, re.MULTILINE) == ["Context", "Decision", "Consequences"]


def test_the_picture_in_the_readme_shows_every_room() -> None:
    picture = (ROOT / "README.md").read_text("utf-8").partition("## How it is built")[2].split("```")[1]
    boxes = [re.split(r"│(?:──▶│|◀──│| {3}│)?", line)[1:4] for line in picture.splitlines() if line.startswith("│")]
    audio, monitor, rules = (set(" ".join(column).split()) for column in zip(*boxes, strict=True))
    assert monitor == {room for layer in contract("monitor") for room in layer} - {"__main__", "cli", "sample"}
    assert audio == {path.parent.name for path in (ROOT / "audio").glob("*/__init__.py")}
    assert all((ROOT / "rules" / name).exists() or (ROOT / "rules" / f"{name}.py").exists() for name in rules)


def test_the_changelog_has_a_date_for_each_version_and_the_newest_is_this_one() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text("utf-8")
    first, *versions = re.findall(r"^## (.+)$", changelog, re.MULTILINE)
    assert first == "[Unreleased]"
    named = [re.fullmatch(r"(\d+\.\d+\.\d+) – \d{4}-\d\d-\d\d", version) for version in versions]
    assert all(named)
    assert named[0]
    assert named[0][1] == __version__
    assert set(re.findall(r"^### (.+)$", changelog, re.MULTILINE)) <= {"Added", "Changed", "Fixed", "Removed"}

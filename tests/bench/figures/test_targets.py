"""The promises of bench/targets.toml."""

import re
from pathlib import Path

import msgspec
import pytest

from bench.__main__ import PARTS
from bench.figures.kept import kept
from bench.figures.results import page
from bench.figures.targets import FILE, sections

ALL = [target for section in sections() for target in section.target]


def test_every_promise_is_one_of_a_part_of_the_bench() -> None:
    assert {target.part for target in ALL if target.part} <= set(PARTS)


def test_every_target_can_be_compared_and_every_reason_is_a_sentence() -> None:
    assert [one.promise for one in ALL if one.target and not re.fullmatch(r"[≤≥] [0-9.]+", one.target)] == []
    assert [one.promise for one in ALL if one.why and not one.why.endswith(".")] == []


def test_no_promise_is_made_twice() -> None:
    made = [(one.part, one.figures, one.target) for one in ALL if one.part]
    assert len(set(made)) == len(made)
    assert [one.promise for one in ALL if bool(one.part) != bool(one.figures)] == []


def test_all_promises_are_on_the_page() -> None:
    text = "\n".join(page(PARTS, kept()))
    assert [one.promise for one in ALL if f"| {one.promise} | {one.wanted} |" not in text] == []


def test_what_is_missed_says_what_was_tried() -> None:
    text = "\n".join(page(PARTS, kept()))
    assert re.findall(r"^\| [^|]* \| [^|]* \| [^|]* \| \*\*missed\*\* \| [^|]*20.*", text, re.MULTILINE) == []


def test_the_tests_that_hold_a_promise_are_there() -> None:
    assert [one.test for one in ALL if one.test and not (FILE.parents[1] / one.test).is_file()] == []


def test_a_promise_has_a_part_or_a_test_or_a_reason_why_it_has_neither() -> None:
    assert [one.promise for one in ALL if not (one.part or one.test or one.why)] == []


def test_a_promise_without_its_part_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "targets.toml"
    file.write_text('[[section]]\ntitle = "a"\n[[section.target]]\npromise = "b"\n')
    with pytest.raises(msgspec.ValidationError, match="missing required field"):
        sections(file)

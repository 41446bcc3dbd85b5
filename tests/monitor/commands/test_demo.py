"""The built-in call as `demo` plays it, only faster."""

import re

import pytest

from monitor import sample
from monitor.call.outcomes import outcome_without
from tests import built_in_call

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def lines(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    return built_in_call.played(tmp_path_factory)[0]


def test_it_ends_with_the_outcomes_that_the_script_has(lines: list[str]) -> None:
    ends = [found[1] for line in lines if (found := re.search(r"\. \[nobody saw it(?:, ([a-z ]+))?\]$", line))]
    texts = (outcome_without(planned.after) for planned in sample.planned())
    assert ends == [None if text == "–" else text for text in texts]


def test_nobody_reads_ignored(lines: list[str]) -> None:
    assert not any("ignored" in line for line in lines)


def test_what_is_praised_was_seen_and_done(lines: list[str]) -> None:
    praised = [line for line in lines if line.startswith("You ")]
    assert len(praised) <= 1
    assert all("lowered your voice" in line or "offered your supervisor" in line for line in praised)

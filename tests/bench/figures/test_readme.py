"""README quotes what was measured."""

import re
from datetime import date

import pytest

from bench.figures.kept import Measured, kept
from bench.figures.machine import Machine
from bench.figures.readme import MARKED, README, with_figures
from bench.figures.table import Row

MACHINE = Machine("a processor", 2, 24, "Linux 6", "3.11.7", {})
START = "It starts in <!-- bench live: start → screen -->0.4<!-- /bench --> s."


def live(value: float) -> dict[str, Measured]:
    row = Row("start → screen", value, "s")
    return {"live": Measured("live", date(2026, 11, 22), "abc1234", 1, 0, MACHINE, (row,))}


def test_readme_has_the_figures_that_were_measured_last() -> None:
    text = README.read_text("utf-8")
    assert with_figures(text, kept()) == text
    assert text.count("<!-- bench ") == len(MARKED.findall(text)) > 0


def test_readme_quotes_no_cost_that_the_bench_does_not_write() -> None:
    assert re.findall(r".*\d (?:MB|% of a core|× real time)\b.*", MARKED.sub("", README.read_text("utf-8"))) == []


def test_a_figure_is_written_with_two_digits_that_count() -> None:
    assert with_figures(START, live(0.5349)) == START.replace("0.4", "0.53")
    assert with_figures(START, live(1234.5)) == START.replace("0.4", "1,234")
    assert with_figures(START, live(1e-9)) == START.replace("0.4", "0")


def test_what_was_not_measured_stays_as_it_is() -> None:
    assert with_figures(START, {}) == START


def test_a_figure_that_no_part_has_is_refused() -> None:
    with pytest.raises(LookupError, match="no such figure"):
        with_figures(START.replace("screen", "scream"), live(0.5))

"""Panels of pictures: ticks, places, and lines that break."""

import xml.etree.ElementTree as ET
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.report.panel import Panel, ticks
from monitor.report.svg import INK, Alt, Pen, draw, lines, text

PANEL = Panel(10, 20, 100, 50, (0, 10), (-1, 1))
PEN = Pen(INK, 1.0)


@pytest.mark.parametrize(
    ("ends", "most", "expected"),
    [
        ((-12, 12), 5, ["−10", "−5", "0", "5", "10"]),
        ((2, 7), 5, ["2", "3", "4", "5", "6", "7"]),
        ((92.0, 100.0), 4, ["92", "94", "96", "98", "100"]),
        ((4.0, 5.0), 4, ["4.00", "4.25", "4.50", "4.75", "5.00"]),
        ((0, 0.3), 3, ["0.0", "0.1", "0.2", "0.3"]),
    ],
)
def test_ticks_are_round_and_written_alike(ends: tuple[float, float], most: int, expected: list[str]) -> None:
    assert ticks(ends, most)[1] == expected


def test_ticks_of_counts_are_whole() -> None:
    assert ticks((0, 1.05), 3, whole=True)[1] == ["0", "1"]
    assert ticks((0, 7.4), 3, whole=True)[1] == ["0", "5"]


@given(low=st.floats(-1e6, 1e6), width=st.floats(1e-3, 1e6), most=st.integers(2, 6), whole=st.booleans())
def test_ticks_are_inside_evenly_spaced_and_not_too_many(low: float, width: float, most: int, whole: bool) -> None:  # noqa: FBT001 - Hypothesis gives it
    values, labels = ticks((low, low + width), most, whole=whole)
    assert len(values) == len(labels) <= most + 1
    assert all(low - width * 1e-6 <= value <= low + width * (1 + 1e-6) for value in values)
    steps = [after - before for before, after in pairwise(values)]
    assert steps == pytest.approx(steps[:1] * len(steps))
    assert not whole or all(value.is_integer() for value in values)


def test_a_value_beyond_a_panel_is_at_its_side() -> None:
    assert (PANEL.x(-5), PANEL.x(5), PANEL.x(50)) == (10, 60, 110)
    assert (PANEL.y(-5), PANEL.y(0), PANEL.y(5)) == (70, 45, 20)


def test_lines_and_areas_break_where_nothing_was_measured() -> None:
    values = (0.0, 1.0, None, -1.0, 0.0)
    line = PANEL.line(list(enumerate(values)), PEN)
    assert 'd="M10 45 20 20 M40 70 50 45"' in line
    area = PANEL.area(range(5), values, values, INK, 0.5)
    assert area.count("M") == area.count("Z") == 2


def test_nothing_to_draw_leaves_no_element() -> None:
    drawn = draw("empty", Alt("a", "b"), (10, 10), [lines([], PEN), PANEL.bars([], INK)])
    assert "path" not in drawn


def test_text_is_escaped_and_stands_on_its_middle() -> None:
    element = ET.fromstring(text((5, 10), "<b>&", anchor="middle"))  # noqa: S314 - our own
    assert element.text == "<b>&"
    assert float(element.get("y") or 0) > 10

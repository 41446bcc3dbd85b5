"""The panel in which an agent chooses prompts, as lines."""

from dataclasses import replace

import pytest

from monitor.agent.choices import ChoiceView, choice_lines
from monitor.base.lines import length
from monitor.settings.prompt_choices import PromptChoices
from rules.budget import PromptChoice, PromptKind
from rules.experiment import Experiment

KINDS = tuple(PromptKind(f"made_{number}", f"Kind {number}") for number in range(12))
CHOICES = PromptChoices(KINDS, PromptChoice(off=("made_3",), amount="more"))
SIZES = [(46, 5), (80, 12), (120, 25), (20, 2)]


def drawn(view: ChoiceView, width: int, height: int) -> list[str]:
    lines = choice_lines(view, width, height)
    assert len(lines) <= height
    assert all(length(line) <= width for line in lines)
    return ["".join(text for text, _ in line) for line in lines]


@pytest.mark.parametrize("size", SIZES)
def test_every_row_can_be_reached_in_every_window(size: tuple[int, int]) -> None:
    view, reached = ChoiceView(CHOICES), []
    for _ in range(20):
        reached += [row for row in drawn(view, *size) if "►" in row]
        view = view.moved(1)
    assert len(reached) == 20
    assert [row for row in reached if "Kind 11" in row]
    assert "Share what was" in reached[-1]


def test_each_row_says_how_it_stands() -> None:
    rows = drawn(ChoiceView(CHOICES), 46, 20)
    assert rows[0] == " ► How many prompts      fewer  usual [more]"
    assert rows[1] == "   Kind 0               on"
    assert rows[4] == "   Kind 3               off"
    assert rows[-3:] == [
        "   Share what was wrong no",
        "   Safety               always on",
        " ↑ ↓ choose  enter change  Esc close  1 of 14",
    ]


def test_only_where_the_team_has_an_experiment_it_is_asked_whether_to_take_part() -> None:
    assert not any("experiment" in row for row in drawn(ChoiceView(CHOICES), 80, 25))
    view = ChoiceView(replace(CHOICES, silent=0.1)).moved(20)
    rows = drawn(view, 80, 25)
    (row,) = [row for row in rows if "►" in row]
    assert row == " ► Join the experiment  no"
    assert "10% of the prompts that are due stay silent" in " ".join(" ".join(rows).split())
    joined = view.changed(0)
    assert joined.takes_part
    assert joined.of_call("a call").experiment == Experiment("a call", 0.1)
    assert CHOICES.of_call("a call").experiment is None
    assert joined.of_call("").experiment is None


@pytest.mark.parametrize("size", SIZES)
def test_a_choice_that_is_not_saved_says_so_and_keeps_the_cursor_in_sight(size: tuple[int, int]) -> None:
    trouble = "Can't change the settings file: it is not laid out one setting per line."
    for row in range(14):
        rows = drawn(ChoiceView(replace(CHOICES, trouble=trouble), row), *size)
        assert sum("►" in line for line in rows) == 1
        assert any("Not saved" in line for line in rows)

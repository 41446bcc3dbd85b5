"""Prompts that are kept silent by a draw: which, how many, and that nothing else about them differs."""

from dataclasses import replace
from itertools import pairwise

import pytest

from rules.budget import PromptChoice
from rules.experiment import Experiment
from rules.model import Firing, Judged, Prompt
from rules.prompter import Prompter
from tests.made_rules import SHIPPED

DRAWS = 4000
NEVER_SILENT = [rule.id for rule in SHIPPED.rules if rule.passes_budget or rule.safety]


def prompter(silent: float) -> Prompter:
    return Prompter(SHIPPED, PromptChoice(experiment=Experiment("092015-a1b2c3", silent)))


def fires(rule: str, at_s: float) -> Firing:
    known = SHIPPED[rule]
    return Firing(rule, known.speaker, at_s, 7.0, None, 6.0, known.severity, known.action, ("my manager",))


def played(one: Prompter) -> list[Prompt]:
    """An hour in which the agent is fast and loud every minute, and sometimes follows."""
    changes: list[Prompt] = []
    for minute in range(60):
        rule, at_s = ("slow-down", "lower-volume")[minute % 2], minute * 60.0
        changes += one.feed(fires(rule, at_s), at_s)
        changes += one.advance(at_s, agent_speaking=False)
        if minute % 3 == 0:
            changes += one.feed(Judged(rule, at_s, "followed"), at_s + 6)
        changes += one.advance(at_s + 20, agent_speaking=False)
    return changes


@pytest.mark.parametrize("silent", [0.1, 0.5])
def test_as_many_are_silent_as_the_team_wants(silent: float) -> None:
    draws = [Experiment(f"call {call}", silent).draw("slow-down", 1).silent for call in range(DRAWS)]
    error = (silent * (1 - silent) / DRAWS) ** 0.5
    assert sum(draws) / DRAWS == pytest.approx(silent, abs=4 * error)


def test_a_draw_says_nothing_about_the_next_and_is_the_same_again() -> None:
    draws = [Experiment("a call", 0.5).draw("slow-down", number) for number in range(DRAWS)]
    assert draws == [Experiment("a call", 0.5).draw("slow-down", number) for number in range(DRAWS)]
    same = sum(one.silent == following.silent for one, following in pairwise(draws))
    assert same / DRAWS == pytest.approx(0.5, abs=4 * (0.25 / DRAWS) ** 0.5)
    assert {draw.chance for draw in draws} == {0.5}


def test_silent_prompts_come_and_go_as_all_others_do() -> None:
    plain, drawn = played(Prompter(SHIPPED)), played(prompter(0.5))
    assert [replace(prompt, draw=None) for prompt in drawn] == plain
    assert {prompt.silent for prompt in drawn} == {True, False}


@pytest.mark.parametrize("rule", NEVER_SILENT)
def test_safety_and_a_wish_for_a_manager_are_never_silent(rule: str) -> None:
    one = prompter(1.0)
    one.feed(fires(rule, 3.0), 3.0)
    (prompt,) = one.advance(3.0, agent_speaking=True)
    assert prompt.draw is None
    assert not prompt.silent


def test_there_are_rules_that_are_never_silent() -> None:
    assert {"escalate-request", "danger"} & set(NEVER_SILENT)


def test_nobody_dismisses_what_nobody_sees() -> None:
    one = prompter(1.0)
    one.feed(fires("slow-down", 3.0), 3.0)
    (prompt,) = one.advance(3.0, agent_speaking=False)
    assert prompt.silent
    assert one.dismiss(5.0) == []
    assert [gone.taken_down for gone in one.advance(60.0, agent_speaking=False)] == ["time"]

"""Which prompts an agent gets: the kinds and the number that they chose."""

from dataclasses import replace
from itertools import pairwise

import pytest

from rules.budget import PromptChoice, PromptKind
from rules.model import Firing, Prompt
from rules.prompter import Prompter
from tests.made_rules import SHIPPED


def fires(rule: str, at_s: float) -> Firing:
    known = SHIPPED[rule]
    return Firing(rule, known.speaker, at_s, 7.0, None, 6.0, known.severity, known.action, ("my manager",))


def shown(prompter: Prompter, rule: str, at_s: float) -> list[str]:
    changes = [*prompter.feed(fires(rule, at_s), at_s), *prompter.advance(at_s, agent_speaking=False)]
    return [prompt.rule for prompt in changes if prompt.until_s is None]


def test_the_kinds_are_those_that_prompt_and_not_safety_alone() -> None:
    assert set(SHIPPED.kinds) == {
        PromptKind("slow_down", "Slow down"),
        PromptKind("lower_volume", "Lower volume"),
        PromptKind("paraphrase", "Paraphrase"),
        PromptKind("escalate", "Offer a supervisor"),
    }


@pytest.mark.parametrize("rule", ["lower-volume", "lower-volume-strong"])
def test_a_kind_that_is_switched_off_does_not_prompt(rule: str) -> None:
    prompter = Prompter(SHIPPED, PromptChoice(off=("lower_volume",)))
    assert shown(prompter, rule, 10.0) == []
    assert shown(prompter, "slow-down", 11.0) == ["slow-down"]


def test_safety_cannot_be_switched_off() -> None:
    prompter = Prompter(SHIPPED, PromptChoice(off=("escalate",)))
    assert shown(prompter, "escalate-request", 10.0) == []
    assert shown(prompter, "danger", 11.0) == ["danger"]


@pytest.mark.parametrize(("amount", "apart_s", "at_most"), [("fewer", 40.0, 3), ("usual", 20.0, 6), ("more", 12.0, 10)])
def test_fewer_or_more_prompts(amount: str, apart_s: float, at_most: int) -> None:
    kinds = tuple(replace(SHIPPED["slow-down"], id=f"made-{n}", action=f"made_{n}") for n in range(20))
    prompter = Prompter(replace(SHIPPED, rules=kinds), PromptChoice(amount=amount))
    times_s: list[float] = []
    for step in range(6000):
        at_s = step / 10
        if step % 20 == 0:
            prompter.feed(replace(fires("slow-down", at_s), rule=kinds[step // 20 % 20].id), at_s)
        times_s += [p.since_s for p in prompter.advance(at_s, agent_speaking=False) if p.until_s is None]
    assert len(times_s) == at_most
    assert min(b - a for a, b in pairwise(times_s)) >= apart_s


def test_a_teams_own_limits_are_never_loosened_by_fewer_or_tightened_by_more() -> None:
    strict = replace(SHIPPED.budget, apart_s=60, at_most=2)
    loose = replace(SHIPPED.budget, apart_s=5, at_most=20)
    assert strict.with_amount("fewer") == strict
    assert loose.with_amount("more") == loose


def test_what_is_switched_off_during_a_call_goes_at_once_and_comes_back_when_switched_on() -> None:
    prompter = Prompter(SHIPPED)
    assert shown(prompter, "slow-down", 10.0) == ["slow-down"]
    (gone,) = prompter.choose(PromptChoice(off=("slow_down",)), 12.0)
    assert (gone.rule, gone.until_s, gone.taken_down) == ("slow-down", 12.0, "dismissed")
    assert shown(prompter, "slow-down", 100.0) == []
    assert prompter.choose(PromptChoice(), 101.0) == []
    assert shown(prompter, "slow-down", 102.0) == ["slow-down"]


def test_what_waits_is_dropped_when_its_kind_is_switched_off() -> None:
    prompter = Prompter(SHIPPED)
    shown(prompter, "lower-volume", 0.0)
    prompter.feed(fires("slow-down", 16.0), 16.0)
    prompter.choose(PromptChoice(off=("slow_down",)), 17.0)
    changes: list[Prompt] = list(prompter.advance(60.0, agent_speaking=False))
    assert [prompt for prompt in changes if prompt.until_s is None] == []


def test_switching_a_kind_twice_changes_nothing() -> None:
    choice = PromptChoice(off=("paraphrase",))
    assert choice.switched("slow_down").off == ("paraphrase", "slow_down")
    assert choice.switched("slow_down").switched("slow_down") == choice

from dataclasses import replace

from monitor.call.events import PromptCleared
from monitor.pipeline.cleared_prompts import ClearedPrompts
from rules.model import Judged, Prompt

DOWN = Prompt("slow-down", "slow_down", "prompt", "Slow down", "", "Pause", 5.0, 12.0, taken_down="time")
JUDGED = Judged("slow-down", 5.0, "followed")
KNOWN = PromptCleared(replace(DOWN, after="followed", outcome="unseen", seen=False))


def test_a_prompt_whose_outcome_is_known_is_cleared_once() -> None:
    prompts = ClearedPrompts()
    assert list(prompts.decide(JUDGED)) == []
    assert list(prompts.clear(DOWN)) == [KNOWN]


def test_an_outcome_that_comes_later_clears_it_again() -> None:
    prompts = ClearedPrompts()
    assert list(prompts.clear(DOWN)) == [PromptCleared(replace(DOWN, seen=False))]
    assert list(prompts.decide(JUDGED)) == [KNOWN]


def test_two_prompts_of_a_rule_are_two() -> None:
    prompts = ClearedPrompts()
    list(prompts.clear(DOWN))
    assert list(prompts.decide(Judged("slow-down", 70.0, "no_change"))) == []
    (cleared,) = prompts.clear(replace(DOWN, since_s=70.0))
    assert cleared.prompt.after == "no_change"

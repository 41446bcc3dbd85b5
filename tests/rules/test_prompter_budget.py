"""What holds of prompts whatever fires, eases, is dismissed or snoozed."""

import math
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.conditions import MetricCondition
from rules.model import Easing, Firing, Prompt
from rules.prompter import Prompter
from rules.rulebook import Rule, Rulebook
from tests.made_rules import SHIPPED

BUDGET = SHIPPED.budget


def made(rule: str, action: str, severity: str, when: str, *, passes: bool) -> Rule:
    limit = MetricCondition(metric="level_dbfs", above=0.0, speaker="agent")
    like = SHIPPED["lower-volume"]
    return replace(
        like, id=rule, action=action, severity=severity, when=when, passes_budget=passes, conditions=(limit,), need=1
    )


MADE = Rulebook(
    rules=(
        made("a", "one", "prompt", "now", passes=False),
        made("b", "two", "prompt", "pause", passes=False),
        made("c", "three", "urgent", "now", passes=False),
        made("d", "one", "urgent", "now", passes=False),
        made("e", "four", "prompt", "now", passes=False),
        made("m", "escalate", "urgent", "now", passes=True),
    ),
    budget=BUDGET,
    words={},
)


def random_stream(seed: int, firings: int) -> list[Prompt]:
    """Snapshots from a stream of firings a few seconds apart, with easings, dismissals and snoozes among them."""
    random = Random(seed)  # noqa: S311 # made data, not secrets
    prompter, now_s, snapshots = Prompter(MADE), 0.0, []
    for _ in range(firings):
        now_s += random.expovariate(random.choice([0.1, 1.0, 10.0]))
        rule = random.choices(MADE.rules, [8, 8, 8, 8, 8, 1])[0]
        firing = Firing(rule.id, "agent", now_s, 7.0, None, 6.0, rule.severity, rule.action)
        snapshots += prompter.feed(firing, now_s)
        if rule.passes_budget:
            snapshots += prompter.advance(now_s, agent_speaking=random.random() < 0.5)
            assert is_up(snapshots, rule.id)
        match random.randrange(8):
            case 0:
                snapshots += prompter.feed(Easing(random.choice(MADE.rules).id, "agent", now_s), now_s)
            case 1:
                snapshots += prompter.advance(now_s, agent_speaking=random.random() < 0.5)
            case 2 if random.random() < 0.1:
                snapshots += prompter.dismiss(now_s)
            case 3 if random.random() < 0.02:
                snapshots += prompter.snooze(now_s + 120.0, now_s)
    return [*snapshots, *prompter.flush(now_s)]


def is_up(snapshots: Sequence[Prompt], rule: str) -> bool:
    latest = {prompt.since_s: prompt for prompt in snapshots[-20:] if prompt.rule == rule}
    return any(prompt.until_s is None for prompt in latest.values())


@pytest.mark.parametrize("seed", range(4))
def test_the_budget_holds_in_ten_thousand_firings(seed: int) -> None:
    snapshots = random_stream(seed, 10_000)
    shown = list({(prompt.rule, prompt.since_s): prompt for prompt in snapshots if prompt.until_s is not None}.values())
    shown.sort(key=lambda prompt: prompt.since_s)
    assert len(shown) > 300
    assert {prompt.rule for prompt in shown} == {"a", "b", "c", "d", "e", "m"}
    last_of: dict[str, float] = {}
    for earlier, later in pairwise(shown):
        last_of[earlier.action] = earlier.since_s
        assert earlier.until_s is not None
        assert earlier.until_s <= later.since_s, "one visible"
        replaces = earlier.until_s == later.since_s and later.severity == "urgent" and earlier.severity == "prompt"
        if later.rule != "m":
            assert replaces or later.since_s >= earlier.since_s + BUDGET.apart_s
            if not (replaces and earlier.action == later.action):
                assert later.since_s >= last_of.get(later.action, -math.inf) + BUDGET.same_action_apart_s
    for place, prompt in enumerate(shown[BUDGET.at_most :]):
        if prompt.rule != "m":
            assert prompt.since_s >= shown[place].since_s + BUDGET.window_s
    for prompt in shown:
        assert prompt.until_s is not None
        assert prompt.until_s <= prompt.since_s + BUDGET.shown_at_most_s
        assert prompt.taken_down is not None


STEPS = st.lists(
    st.tuples(
        st.integers(1, 80).map(lambda n: n / 4),
        st.sampled_from([*(rule.id for rule in MADE.rules), "ease a", "ease b", "speak", "hush", "dismiss", "snooze"]),
    ),
    max_size=40,
)


def played(steps: Sequence[tuple[float, str]], extra_s: Sequence[float]) -> list[Prompt]:
    """Snapshots of the steps, with the time let pass at some more moments."""
    prompter, now_s, speaking, said = Prompter(MADE), 0.0, False, []
    for wait_s, what in steps:
        for part in extra_s:
            said += prompter.advance(now_s + wait_s * part, agent_speaking=speaking)
        now_s += wait_s
        match what.split():
            case ["ease", rule]:
                said += prompter.feed(Easing(rule, "agent", now_s), now_s)
            case ["speak" | "hush"]:
                speaking = what == "speak"
                said += prompter.advance(now_s, agent_speaking=speaking)
            case ["dismiss"]:
                said += prompter.dismiss(now_s)
            case ["snooze"]:
                said += prompter.snooze(now_s + 60.0, now_s)
            case _:
                rule = MADE[what]
                firing = Firing(what, "agent", now_s, 7.0, None, 6.0, rule.severity, rule.action)
                said += prompter.feed(firing, now_s)
    return said + list(prompter.flush(now_s))


@given(STEPS, st.lists(st.sampled_from([0.1, 0.25, 0.5, 0.9]), max_size=3).map(sorted))
@settings(deadline=None)
def test_how_often_time_is_let_pass_does_not_matter(steps: Sequence[tuple[float, str]], extra: Sequence[float]) -> None:
    assert played(steps, extra) == played(steps, [])

"""What holds whatever is said and measured: the budget, a request for a manager, and what tone alone never does."""

import math
from dataclasses import replace
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.judge import Judge
from rules.model import Easing, Firing, Prompt, Reading, Speaker, Spoken, Watermark
from rules.policy import about_the_agent, feelings
from rules.prompter import Prompter
from rules.rulebook import Rulebook
from tests.made_rules import SHIPPED, spoken

BUDGET = replace(SHIPPED.budget, at_most=2, window_s=100.0)
"""Tight, so that a short stream runs into every limit of it."""
BOOK = replace(SHIPPED, rules=tuple(replace(rule, maturity="stable") for rule in SHIPPED.rules), budget=BUDGET)
"""Every rule prompts, the trials as well."""


def random_stream(random: Random) -> list[Prompt]:
    """Prompts as they came, of some rules firing a few seconds apart."""
    prompter, now_s, shown = Prompter(BOOK), 0.0, []
    for rule in random.choices(BOOK.rules, k=5):
        now_s += random.expovariate(0.1)
        fired = Firing(rule.id, rule.speaker, now_s, 7.0, None, 6.0, rule.severity, rule.action)
        shown += prompter.feed(fired, now_s)
        shown += prompter.advance(now_s, agent_speaking=random.random() < 0.3)
        if rule.passes_budget:
            assert [prompt.until_s for prompt in shown if prompt.rule == rule.id][-1] is None
        if random.random() < 0.2:
            now_s += 1.0
            shown += prompter.feed(Easing(rule.id, rule.speaker, now_s), now_s)
    shown += prompter.flush(now_s + 60.0)
    return [prompt for prompt in shown if prompt.until_s is None]


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_the_budget_holds_in_a_hundred_thousand_streams(seed: int) -> None:
    random = Random(seed)  # noqa: S311 # made data, not secrets
    prompts = 0
    for _ in range(25_000):
        shown = random_stream(random)
        prompts += len(shown)
        for earlier, later in pairwise(shown):
            if not (BOOK[later.rule].passes_budget or later.severity == "urgent"):
                assert later.since_s >= earlier.since_s + BUDGET.apart_s
                assert later.action != earlier.action or later.since_s >= earlier.since_s + BUDGET.same_action_apart_s
        for place, later in enumerate(shown[BUDGET.at_most :]):
            assert BOOK[later.rule].passes_budget or later.since_s >= shown[place].since_s + BUDGET.window_s
    assert prompts > 40_000


REQUESTS = ("Get me your manager.", "Can I speak to a supervisor, please?", "I want to talk to your boss!")
SAYINGS: dict[Speaker, tuple[str, ...]] = {
    "agent": ("Can you tell me your postcode?", "I understand.", "That is our policy.", "Mm-hm."),
    "customer": ("This is ridiculous.", "I don't want a lawyer.", "My router is broken.", "You idiot!", "Yes."),
}
SAID = st.sampled_from(["agent", "customer"]).flatmap(
    lambda speaker: st.tuples(st.just(speaker), st.sampled_from(SAYINGS[speaker]), st.integers(0, 9))
)
LOUD = st.lists(st.sampled_from([0.0, 8.0, 15.0]), max_size=20)


@given(said=st.lists(SAID, max_size=12), loud=LOUD, request=st.sampled_from(REQUESTS), snoozed=st.booleans())
@settings(max_examples=150, deadline=None)
def test_a_request_for_a_manager_is_always_shown(
    *, said: list[tuple[Speaker, str, int]], loud: list[float], request: str, snoozed: bool
) -> None:
    judge, prompter, items, at_s = Judge(SHIPPED), Prompter(SHIPPED), [], 0.0
    for speaker, text, pause_s in said:
        items.append(spoken(speaker, at_s + pause_s, text))
        at_s = items[-1].end_s
    asked = spoken("customer", at_s + 2.0, request)
    readings = [Reading("agent", "level_over_baseline_db", float(n), n + 1.0, db) for n, db in enumerate(loud)]
    in_order: list[Reading | Spoken] = sorted([*items, asked, *readings], key=lambda item: item.end_s)
    if snoozed:
        prompter.snooze(math.inf, 0.0)
    shown: list[Prompt] = []
    for item in in_order:
        for verdict in (*judge.feed(item), *judge.feed(Watermark(item.end_s))):
            if isinstance(verdict, Firing | Easing):
                shown += prompter.feed(verdict, item.end_s)
        shown += prompter.advance(item.end_s, agent_speaking=True)
    assert any(prompt.rule == "escalate-request" and prompt.since_s <= asked.end_s for prompt in shown)


VALUE = st.floats(-40.0, 40.0, allow_nan=False)


def prompting(book: Rulebook, readings: list[Reading]) -> set[str]:
    """Actions that readings alone would prompt, were every rule stable."""
    judge = Judge(book)
    said = [each for reading in readings for each in (*judge.feed(reading), *judge.feed(Watermark(reading.end_s)))]
    return {each.action for each in said if isinstance(each, Firing) and book[each.rule].severity != "note"}


def constant(speaker: Speaker, seconds: int, **values: float) -> list[Reading]:
    """Readings of some metrics that stay as they are."""
    return [
        Reading(speaker, metric, float(n), n + 1.0, value) for n in range(seconds) for metric, value in values.items()
    ]


@given(VALUE, VALUE, VALUE, st.sampled_from(["agent", "customer"]))
@settings(max_examples=60, deadline=None)
def test_pitch_alone_never_prompts(over_st: float, residual_st: float, range_st: float, speaker: Speaker) -> None:
    pitch = constant(
        speaker, 60, pitch_over_baseline_st=over_st, pitch_residual_st=residual_st, pitch_range_st=abs(range_st)
    )
    assert prompting(SHIPPED, pitch) == set()


@given(st.floats(0.5, 4.39), st.floats(-50.0, 200.0), VALUE)
@settings(max_examples=60, deadline=None)
def test_slow_speech_is_never_told_to_slow_down(rate_sps: float, over_pct: float, level_db: float) -> None:
    slow = constant(
        "agent",
        40,
        articulation_rate_sps=rate_sps,
        rate_over_baseline_pct=over_pct,
        rate_ahead_s=3.0,
        level_over_baseline_db=level_db,
    )
    assert "slow_down" not in prompting(SHIPPED, slow)


@given(st.floats(6.0, 40.0), st.floats(-10.0, 40.0), st.floats(-10.0, 30.0))
@settings(max_examples=60, deadline=None)
def test_in_a_room_that_became_loud_nobody_is_told_to_be_quiet(
    noise_db: float, level_db: float, effort_db: float
) -> None:
    loud = constant(
        "agent",
        40,
        noise_over_start_db=noise_db,
        level_over_baseline_db=level_db,
        effort_over_baseline_db=effort_db,
        effort_lately_db=effort_db,
        rate_over_baseline_pct=50.0,
    )
    actions = prompting(SHIPPED, loud)
    assert actions.isdisjoint({"lower_volume", "ease_off"})
    assert ("noisy_room" in actions) == (level_db >= 6.0 and effort_db >= 2.0)


@given(st.floats(-40.0, 40.0), st.floats(-20.0, 1.9), st.floats(0.0, 5.0))
@settings(max_examples=60, deadline=None)
def test_a_gain_alone_never_prompts(level_db: float, effort_db: float, noise_db: float) -> None:
    gained = constant(
        "agent",
        120,
        level_over_baseline_db=level_db,
        effort_over_baseline_db=effort_db,
        effort_lately_db=effort_db,
        noise_over_start_db=noise_db,
        rate_over_baseline_pct=10.0,
    )
    assert prompting(SHIPPED, gained) == set()


def test_what_the_agent_does_after_a_prompt_can_be_judged_for_every_rule_that_prompts() -> None:
    prompting_rules = [rule for rule in SHIPPED.rules if rule.maturity == "stable" and rule.severity != "note"]
    assert {rule.action for rule in prompting_rules} <= set(SHIPPED.outcomes)


def test_the_three_response_lines_are_shown_as_they_are_to_be_said() -> None:
    lines = {rule.id: rule.advice for rule in SHIPPED.rules if rule.action == "respond"}
    assert lines == {
        "respond-frustration": "“I understand. Let's see how I can help.”",
        "respond-waiting": "“Your patience is appreciated.”",
        "respond-solution": "“Absolutely, I'm here to assist.”",
    }


@pytest.mark.parametrize(
    ("rule", "customer"),
    [
        ("respond-frustration", "This is frustrating."),
        ("respond-waiting", "I've waited too long."),
        ("respond-solution", "I want a solution."),
    ],
)
def test_saying_a_response_line_settles_it(rule: str, customer: str) -> None:
    judge = Judge(SHIPPED)
    said = [spoken("customer", 0.0, customer), spoken("agent", 3.0, SHIPPED[rule].advice)]
    verdicts = [each for item in (*said, Watermark(math.inf)) for each in judge.feed(item)]
    assert [type(each) for each in verdicts if isinstance(each, Firing | Easing) and each.rule == rule] == [
        Firing,
        Easing,
    ]


def test_no_item_or_checklist_about_the_agent_names_an_emotion() -> None:
    for part in SHIPPED.parts:
        assert feelings(about_the_agent(part)) == []

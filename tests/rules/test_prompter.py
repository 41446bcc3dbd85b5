import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.conditions import MetricCondition
from rules.model import Easing, Firing, Judged, Prompt
from rules.prompter import Prompter
from rules.rulebook import Rule, Rulebook
from tests.made_rules import SHIPPED, rulebook

BUDGET = SHIPPED.budget
LOUD, FAST, SAY_BACK = "lower-volume", "slow-down", "paraphrase"
URGENT, MANAGER = "lower-volume-strong", "escalate-request"


def fires(rule: str, at_s: float = 0.0) -> Firing:
    known = SHIPPED[rule]
    return Firing(rule, known.speaker, at_s, 7.0, None, 6.0, known.severity, known.action, ("my manager",))


def eases(rule: str, at_s: float) -> Easing:
    return Easing(rule, SHIPPED[rule].speaker, at_s)


def brief(prompts: Iterable[Prompt]) -> list[tuple[str, float, float | None, str | None]]:
    return [(prompt.rule, prompt.since_s, prompt.until_s, prompt.taken_down) for prompt in prompts]


Snapshots = list[tuple[str, float, float | None, str | None]]


def advanced(prompter: Prompter, now_s: float, *, agent_speaking: bool = False) -> Snapshots:
    return brief(prompter.advance(now_s, agent_speaking=agent_speaking))


def fired(prompter: Prompter, rule: str, now_s: float, *, agent_speaking: bool = False) -> Snapshots:
    """What comes of a firing at its own time."""
    return brief(prompter.feed(fires(rule), now_s)) + advanced(prompter, now_s, agent_speaking=agent_speaking)


def test_a_firing_is_shown_with_its_evidence_as_soon_as_time_reaches_it() -> None:
    prompter = Prompter(SHIPPED)
    assert prompter.feed(fires(LOUD, 3.0), 2.9) == []
    assert prompter.advance(2.9, agent_speaking=True) == []
    (prompt,) = prompter.advance(3.0, agent_speaking=True)
    assert prompt == Prompt(
        rule="lower-volume",
        action="lower_volume",
        severity="prompt",
        title="Lower volume",
        fact="+7 dB over your usual",
        advice="Lean back, speak more softly",
        since_s=3.0,
    )


def test_it_goes_after_twelve_seconds_when_nothing_eased() -> None:
    prompter = Prompter(SHIPPED)
    assert fired(prompter, LOUD, 3.0) == [(LOUD, 3.0, None, None)]
    assert advanced(prompter, 14.9) == []
    assert advanced(prompter, 15.0) == [(LOUD, 3.0, 15.0, "time")]
    assert advanced(prompter, 30.0) == []


def test_it_goes_when_eased_but_stays_readable_for_four_seconds() -> None:
    prompter = Prompter(SHIPPED)
    fired(prompter, LOUD, 3.0)
    assert brief(prompter.feed(eases(LOUD, 4.0), 4.0)) == []
    assert advanced(prompter, 30.0) == [(LOUD, 3.0, 7.0, "eased")]


def test_what_has_eased_by_the_time_it_is_known_is_not_shown() -> None:
    prompter = Prompter(SHIPPED)
    prompter.feed(fires(SAY_BACK, 41.0), 50.0)
    prompter.feed(eases(SAY_BACK, 49.0), 50.0)
    assert advanced(prompter, 90.0) == []


def test_it_goes_when_the_agent_did_what_it_asked_for() -> None:
    prompter = Prompter(SHIPPED)
    fired(prompter, SAY_BACK, 0.0)
    assert brief(prompter.feed(Judged(SAY_BACK, 0.0, "followed"), 6.0)) == []
    assert advanced(prompter, 6.0) == [(SAY_BACK, 0.0, 6.0, "eased")]


@pytest.mark.parametrize("judged", [Judged(SAY_BACK, 0.0, "no_change"), Judged(SAY_BACK, -90.0, "followed")])
def test_it_stays_when_she_did_not_or_did_so_after_an_earlier_one(judged: Judged) -> None:
    prompter = Prompter(SHIPPED)
    fired(prompter, SAY_BACK, 0.0)
    prompter.feed(judged, 6.0)
    assert advanced(prompter, 30.0) == [(SAY_BACK, 0.0, 12.0, "time")]


def test_easing_when_its_time_is_up_anyway_changes_nothing() -> None:
    prompter = Prompter(SHIPPED)
    fired(prompter, LOUD, 0.0)
    assert brief(prompter.feed(eases(LOUD, 12.0), 12.0)) == []
    assert advanced(prompter, 60.0) == [(LOUD, 0.0, 12.0, "time")]


def test_what_the_budget_holds_back_comes_up_if_there_is_room_soon() -> None:
    prompter = Prompter(SHIPPED)
    fired(prompter, LOUD, 0.0)
    assert fired(prompter, FAST, 16.0) == [(LOUD, 0.0, 12.0, "time")]
    assert advanced(prompter, 25.0) == [(FAST, 20.0, None, None)]


def test_what_the_budget_holds_back_is_dropped_after_a_few_seconds() -> None:
    prompter = Prompter(SHIPPED)
    fired(prompter, LOUD, 0.0)
    fired(prompter, FAST, 14.0)
    assert [prompt.rule for prompt in prompter.advance(60.0, agent_speaking=False)] == []


def test_what_has_eased_does_not_come_up() -> None:
    prompter = Prompter(SHIPPED)
    fired(prompter, LOUD, 0.0)
    fired(prompter, FAST, 16.0)
    prompter.feed(eases(FAST, 17.0), 17.0)
    assert advanced(prompter, 60.0) == []


def test_of_firings_at_the_same_time_the_most_urgent_is_shown() -> None:
    prompter = Prompter(SHIPPED)
    for rule in (FAST, MANAGER, URGENT):
        prompter.feed(fires(rule), 5.0)
    assert advanced(prompter, 5.0) == [(MANAGER, 5.0, None, None)]


def test_an_urgent_prompt_replaces_one_that_is_not() -> None:
    prompter = Prompter(SHIPPED)
    fired(prompter, FAST, 0.0)
    assert fired(prompter, URGENT, 1.0) == [(FAST, 0.0, 1.0, "time"), (URGENT, 1.0, None, None)]
    assert fired(prompter, FAST, 2.0) == []


def test_a_request_for_a_manager_replaces_even_an_urgent_prompt_and_passes_a_snooze() -> None:
    prompter = Prompter(SHIPPED)
    fired(prompter, URGENT, 0.0)
    assert fired(prompter, MANAGER, 0.5) == [(URGENT, 0.0, 0.5, "time"), (MANAGER, 0.5, None, None)]
    prompter.snooze(math.inf, 1.0)
    assert fired(prompter, LOUD, 2.0) == []
    (*_, prompt) = [*prompter.feed(fires(MANAGER), 100.0), *prompter.advance(100.0, agent_speaking=False)]
    assert (prompt.title, prompt.fact, prompt.since_s) == ("Offer a supervisor", "Customer asked: “my manager”", 100.0)


def waiting_for_a_pause() -> Prompter:
    rules = tuple(replace(rule, when="pause") if rule.id == LOUD else rule for rule in SHIPPED.rules)
    return Prompter(replace(SHIPPED, rules=rules))


def test_a_prompt_may_wait_for_the_agent_to_be_silent() -> None:
    prompter = waiting_for_a_pause()
    assert fired(prompter, LOUD, 1.0, agent_speaking=True) == []
    assert advanced(prompter, 9.0, agent_speaking=True) == []
    assert advanced(prompter, 10.0) == [(LOUD, 10.0, None, None)]


def test_an_agent_who_talks_on_is_not_reminded_of_the_past() -> None:
    prompter = waiting_for_a_pause()
    fired(prompter, LOUD, 1.0, agent_speaking=True)
    assert advanced(prompter, 17.0, agent_speaking=True) == []
    assert advanced(prompter, 18.0) == []


def test_dismiss_and_snooze_take_it_down_and_say_so() -> None:
    prompter = Prompter(SHIPPED)
    fired(prompter, LOUD, 0.0)
    assert brief(prompter.dismiss(2.0)) == [(LOUD, 0.0, 2.0, "dismissed")]
    assert brief(prompter.dismiss(3.0)) == []
    fired(prompter, FAST, 30.0)
    assert brief(prompter.snooze(150.0, 31.0)) == [(FAST, 30.0, 31.0, "snoozed")]
    assert fired(prompter, LOUD, 140.0) == []
    assert advanced(prompter, 149.0) == []
    assert fired(prompter, LOUD, 151.0) == [(LOUD, 151.0, None, None)]


def test_the_end_of_the_call_takes_it_down() -> None:
    prompter = Prompter(SHIPPED)
    fired(prompter, FAST, 0.0)
    fired(prompter, URGENT, 1.0)
    prompter.feed(fires(MANAGER), 5.0)
    assert brief(prompter.flush(5.0)) == [(URGENT, 1.0, 5.0, "call_ended")]


@pytest.mark.parametrize("change", [{"severity": "note"}, {"maturity": "trial"}])
def test_notes_and_trials_never_prompt(change: dict[str, str]) -> None:
    rules = tuple(replace(rule, **change) if rule.id == LOUD else rule for rule in SHIPPED.rules)
    assert fired(Prompter(replace(SHIPPED, rules=rules)), LOUD, 0.0) == []


def test_a_team_takes_a_rule_off_trial_with_one_line(tmp_path: Path) -> None:
    rule = "let-them-finish"
    assert fired(Prompter(SHIPPED), rule, 0.0) == []
    ours = rulebook(tmp_path, f'[{rule}]\nextends = "{rule}"\nmaturity = "stable"')
    assert fired(Prompter(ours), rule, 0.0) == [(rule, 0.0, None, None)]


def made(rule: str, action: str, severity: str, when: str, *, passes: bool) -> Rule:
    limit = MetricCondition(metric="level_dbfs", above=0.0, speaker="agent")
    like = SHIPPED[LOUD]
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

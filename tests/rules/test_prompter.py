import math
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from rules.model import Easing, Firing, Goodbye, Judged, Prompt
from rules.prompter import Prompter
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
    return brief(prompter.feed(fires(rule, now_s), now_s)) + advanced(prompter, now_s, agent_speaking=agent_speaking)


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
        fact="Louder than usual (+7 dB)",
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
    assert advanced(prompter, 6.0, agent_speaking=True) == []
    assert advanced(prompter, 7.0) == [(LOUD, 7.0, None, None)]


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


def about(rule: str, turn_end_s: float, at_s: float) -> Firing:
    """A firing about a turn that ended some time before."""
    return replace(fires(rule, at_s), turn_end_s=turn_end_s)


@pytest.mark.parametrize(("turn_end_s", "shown"), [(92.0, [SAY_BACK]), (91.9, [])])
def test_nothing_is_shown_about_a_turn_that_ended_more_than_eight_seconds_ago(
    turn_end_s: float, shown: list[str]
) -> None:
    prompter = Prompter(SHIPPED)
    prompter.feed(about(SAY_BACK, turn_end_s, 100.0), 100.0)
    assert [prompt.rule for prompt in prompter.advance(100.0, agent_speaking=False)] == shown


def test_a_tone_prompt_that_becomes_known_too_late_is_not_shown() -> None:
    prompter = Prompter(SHIPPED)
    prompter.feed(fires(LOUD, 3.0), 11.1)
    assert advanced(prompter, 60.0) == []


def test_no_prompt_waits_for_its_turn_until_it_is_stale() -> None:
    prompter = Prompter(SHIPPED)
    fired(prompter, LOUD, 0.0)
    prompter.feed(about(SAY_BACK, 11.0, 16.0), 16.0)
    assert [prompt.rule for prompt in prompter.advance(60.0, agent_speaking=False) if prompt.until_s is None] == []


@pytest.mark.parametrize("rule", [MANAGER, "danger"])
def test_a_manager_request_and_danger_are_shown_however_late_and_after_goodbye(rule: str) -> None:
    prompter = Prompter(SHIPPED)
    prompter.feed(Goodbye(99.0), 99.5)
    prompter.feed(about(rule, 60.0, 61.0), 100.0)
    assert advanced(prompter, 100.0) == [(rule, 100.0, None, None)]


@pytest.mark.parametrize("rule", [LOUD, FAST, SAY_BACK, URGENT, "escalate-upset"])
def test_nothing_is_prompted_once_somebody_has_said_goodbye(rule: str) -> None:
    prompter = Prompter(SHIPPED)
    prompter.feed(Goodbye(99.0), 99.5)
    assert fired(prompter, rule, 100.0) == []


def test_what_waits_when_somebody_says_goodbye_is_dropped() -> None:
    prompter = Prompter(SHIPPED)
    fired(prompter, LOUD, 0.0)
    fired(prompter, FAST, 16.0)
    prompter.feed(Goodbye(16.5), 17.0)
    assert advanced(prompter, 60.0) == []


def test_what_fires_in_the_words_of_goodbye_is_not_shown() -> None:
    prompter = Prompter(SHIPPED)
    prompter.feed(fires(SAY_BACK, 100.0), 100.5)
    prompter.feed(Goodbye(100.0), 100.5)
    assert advanced(prompter, 130.0) == []


def test_the_prompt_on_show_stays_through_the_goodbye() -> None:
    prompter = Prompter(SHIPPED)
    fired(prompter, LOUD, 3.0)
    assert prompter.feed(Goodbye(4.0), 5.0) == []
    assert advanced(prompter, 15.0) == [(LOUD, 3.0, 15.0, "time")]


def test_prompts_come_again_when_the_call_goes_on_for_a_minute_after_a_goodbye() -> None:
    prompter = Prompter(SHIPPED)
    prompter.feed(Goodbye(10.0), 10.5)
    assert fired(prompter, LOUD, 69.9) == []
    assert fired(prompter, LOUD, 70.0) == [(LOUD, 70.0, None, None)]

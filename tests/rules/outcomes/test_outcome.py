from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest

from rules.errors import RuleError
from rules.judge import Judge
from rules.model import Judged, Prompt, Reading, Spoken, Watermark
from rules.rulebook import Rulebook
from tests.made_rules import SHIPPED, rulebook, spoken

LOUD, FAST, SAY_BACK, MANAGER = "lower-volume", "slow-down", "paraphrase", "escalate-request"
AT_S = 100.0


def put_up(rule: str, since_s: float = AT_S) -> Prompt:
    about = SHIPPED[rule]
    return Prompt(rule, about.action, about.severity, about.title, "", about.advice, since_s)


def speech(
    value: float, seconds: float, start_s: float = AT_S, metric: str = "level_over_baseline_db"
) -> list[Reading]:
    """Readings of the agent while she speaks."""
    starts = (round(start_s + 0.1 * step, 3) for step in range(round(10 * seconds)))
    return [Reading("agent", metric, at_s, round(at_s + 0.1, 3), value) for at_s in starts]


def became(
    rule: str, items: Iterable[Reading | Spoken], before: Iterable[Reading | Spoken] = (), rules: Rulebook = SHIPPED
) -> tuple[str, float | None]:
    """What became of a prompt, and by the end of which item that was known; None if only by the end of the call."""
    judge, known_s = Judge(rules), None
    said = [verdict for item in before for verdict in judge.feed(item)]
    said += judge.feed(put_up(rule))
    for item in items:
        found = [*judge.feed(item), *judge.feed(Watermark(item.end_s))]
        known_s = item.end_s if any(isinstance(one, Judged) for one in found) else known_s
        said += found
    (judged,) = [one for one in (*said, *judge.flush()) if isinstance(one, Judged)]
    assert (judged.rule, judged.since_s) == (rule, AT_S)
    return judged.after, known_s


def outcome(rule: str, items: Iterable[Reading | Spoken], before: Iterable[Reading | Spoken] = ()) -> str:
    return became(rule, items, before)[0]


BEFORE = speech(8.0, 3.0, AT_S - 3.0)
"""8 dB over her usual, to which the rule clears under 3 dB."""


def test_a_voice_that_is_down_within_five_seconds_is_followed_as_soon_as_it_has_stayed_down() -> None:
    after, known_s = became(LOUD, [*speech(8.0, 5.0), *speech(1.0, 10.0, AT_S + 5.0)], BEFORE)
    assert after == "followed"
    assert known_s == pytest.approx(AT_S + 7.0, abs=0.1)


def test_where_gain_control_holds_the_level_the_effort_shows_what_became_of_a_prompt() -> None:
    before = speech(9.0, 3.0, AT_S - 3.0, "effort_lately_db")
    assert outcome("more-effort", speech(1.0, 8.0, metric="effort_lately_db"), before) == "followed"
    assert outcome("more-effort", speech(8.0, 15.0, metric="effort_lately_db"), before) == "no_change"
    assert outcome("more-effort", speech(0.0, 15.0), before) == "not_yet"


@pytest.mark.parametrize(
    ("value", "after"), [(2.9, "followed"), (3.0, "partly"), (4.0, "partly"), (4.1, "no_change"), (9.0, "no_change")]
)
def test_half_of_what_was_over_her_usual_is_partly(value: float, after: str) -> None:
    assert outcome(LOUD, speech(value, 15.0), BEFORE) == after


def test_her_speech_is_counted_and_not_the_time_in_which_the_customer_speaks() -> None:
    later = [*speech(8.0, 1.0), *speech(1.0, 4.0, AT_S + 40.0)]
    assert outcome(LOUD, later, BEFORE) == "followed"


def test_readings_that_look_back_behind_the_prompt_do_not_count() -> None:
    assert outcome(LOUD, speech(1.0, 1.9), BEFORE) == "not_yet"
    assert outcome(LOUD, [*speech(1.0, 1.9), *speech(8.0, 12.0, AT_S + 1.9)], BEFORE) == "no_change"


@pytest.mark.parametrize(("seconds", "after"), [(0.0, "not_yet"), (2.9, "not_yet"), (3.0, "followed")])
def test_three_seconds_of_her_speech_are_needed(seconds: float, after: str) -> None:
    assert outcome(LOUD, speech(1.0, seconds), BEFORE) == after


def test_a_louder_customer_changes_nothing() -> None:
    other = [Reading("customer", one.metric, one.start_s, one.end_s, 1.0) for one in speech(1.0, 20.0)]
    assert outcome(LOUD, other, BEFORE) == "not_yet"


def test_each_rule_clears_under_its_own_limit() -> None:
    assert outcome("lower-volume-strong", speech(5.0, 15.0), speech(12.0, 3.0, AT_S - 3.0)) == "followed"
    assert outcome(LOUD, speech(5.0, 15.0), speech(12.0, 3.0, AT_S - 3.0)) == "partly"


def test_speech_is_counted_where_the_rate_of_short_turns_is_not_read() -> None:
    short = [*speech(-20.0, 2.0, metric="level_dbfs"), *speech(-20.0, 2.0, AT_S + 20.0, "level_dbfs")]
    rate = "rate_over_baseline_pct"
    slow = [*short, *speech(-20.0, 2.5, AT_S + 40.0, "level_dbfs"), *speech(0.0, 4.0, AT_S + 42.5, rate)]
    assert outcome(FAST, slow, speech(30.0, 3.0, AT_S - 3.0, rate)) == "followed"


RATE, LATELY = "rate_over_baseline_pct", "rate_lately_over_baseline_pct"
FAST_BEFORE = [*speech(38.0, 3.0, AT_S - 3.0, RATE), *speech(38.0, 3.0, AT_S - 3.0, LATELY)]


def rates(slow: float, fast: float, seconds: float) -> list[Reading]:
    """Speech of which the last 4 s are slower than the last 8 s."""
    both = [*speech(slow, seconds, metric=LATELY), *speech(fast, seconds, metric=RATE)]
    return sorted(both, key=lambda reading: reading.end_s)


@pytest.mark.parametrize(
    ("seconds", "slow", "after"),
    [(4.6, 0.0, "not_yet"), (5.0, 0.0, "followed"), (8.6, 9.0, "partly"), (8.6, 30.0, "no_change")],
)
def test_a_call_that_ends_soon_is_judged_by_the_shorter_look_back(seconds: float, slow: float, after: str) -> None:
    assert outcome(FAST, rates(slow, 38.0, seconds), FAST_BEFORE) == after


def test_the_shorter_look_back_does_not_count_where_the_longer_one_is_fresh() -> None:
    assert outcome(FAST, rates(0.0, 38.0, 10.0), FAST_BEFORE) == "no_change"


@pytest.mark.parametrize(("value", "after"), [(9.9, "partly"), (10.0, "no_change")])
def test_whoever_would_be_prompted_again_has_not_changed(value: float, after: str) -> None:
    assert outcome(FAST, speech(value, 15.0, metric=RATE), FAST_BEFORE) == after


def test_what_she_does_after_her_next_ten_seconds_of_speech_is_not_counted() -> None:
    unread = speech(-20.0, 1.0, AT_S + 30.0, "level_dbfs")
    assert outcome(LOUD, [*speech(9.0, 13.5), *unread, *speech(1.0, 9.0, AT_S + 60.0)], BEFORE) == "no_change"


AGREED = "So if I understand correctly, your router and your bill are wrong."
EXPLAINED = spoken("customer", AT_S - 12.0, "My router is dead and the bill is wrong again, I am calling about both.")


def turns(*texts: str, start_s: float = AT_S + 1.0) -> list[Spoken]:
    """The agent and the customer in turn, the agent first."""
    said: list[Spoken] = []
    for number, text in enumerate(texts):
        said.append(spoken("customer" if number % 2 else "agent", start_s, text))
        start_s = said[-1].end_s + 1.0
    return said


ASKED, ANSWERED = "Which colour is the light there?", "It is red, as I told you before."


@pytest.mark.parametrize(
    ("said", "after"),
    [
        ((AGREED,), "followed"),
        ((ASKED, ANSWERED, AGREED), "followed"),
        ((ASKED, ANSWERED, ASKED, ANSWERED, AGREED), "no_change"),
        ((ASKED, ANSWERED, ASKED), "no_change"),
        ((ASKED, ANSWERED), "not_yet"),
        ((), "not_yet"),
        (("So if I understand correctly, hello there.", ANSWERED, ASKED), "no_change"),
    ],
)
def test_what_she_says_until_her_next_two_turns_have_ended_counts(said: Sequence[str], after: str) -> None:
    assert outcome(SAY_BACK, turns(*said), [EXPLAINED]) == after


def test_what_is_said_in_two_breaths_of_a_turn_counts_together() -> None:
    first = spoken("agent", AT_S + 1.0, "So if I understand correctly,")
    assert (
        outcome(SAY_BACK, [first, spoken("agent", AT_S + 4.0, "your router and your bill.")], [EXPLAINED]) == "followed"
    )


def test_a_turn_that_she_had_begun_is_not_held_against_her_but_counts_for_her() -> None:
    begun = spoken("agent", AT_S + 0.2, ASKED)
    late = [begun, spoken("customer", AT_S + 3.0, ANSWERED), *turns(ASKED, ANSWERED, AGREED, start_s=AT_S + 6.0)]
    assert outcome(SAY_BACK, late, [EXPLAINED]) == "followed"
    offered = spoken("agent", AT_S + 0.2, "I will get my supervisor.")
    assert outcome(MANAGER, [offered]) == "followed"


def test_what_she_said_before_the_prompt_does_not_count() -> None:
    assert (
        outcome(MANAGER, turns(ASKED, ANSWERED, ASKED), [spoken("agent", 90.0, "I will get my supervisor.")])
        == "no_change"
    )


def test_an_mhm_is_no_turn() -> None:
    said = [
        spoken("agent", AT_S + n, "Mm-hm.") if n % 2 else spoken("customer", AT_S + n, "Well.") for n in range(1, 9)
    ]
    assert outcome(MANAGER, said) == "not_yet"


def test_an_action_without_a_test_is_not_applicable(tmp_path: Path) -> None:
    book = rulebook(tmp_path, '[lower-volume]\nextends = "lower-volume"\naction = "breathe"')
    judge = Judge(book)
    assert judge.feed(Prompt(LOUD, "breathe", "prompt", "", "", "", AT_S)) == [Judged(LOUD, AT_S, "not_applicable")]


def test_a_rule_that_clears_nowhere_is_not_applicable(tmp_path: Path) -> None:
    endless = 'need = 1\nconditions = [{ metric = "effort_lately_db", above = 7 }]'
    judge = Judge(rulebook(tmp_path, f'[more-effort]\nextends = "more-effort"\n{endless}'))
    (judged,) = judge.feed(put_up("more-effort"))
    assert judged == Judged("more-effort", AT_S, "not_applicable")


def test_a_prompt_that_comes_up_with_the_last_words_of_a_call_is_judged_too() -> None:
    judge = Judge(SHIPPED)
    judge.flush()
    assert judge.feed(put_up(MANAGER)) == [Judged(MANAGER, AT_S, "not_yet")]


def test_words_that_come_late_change_nothing_but_the_delay() -> None:
    said = turns(ASKED, ANSWERED, AGREED)
    judge, late = Judge(SHIPPED), []
    for item in (EXPLAINED, put_up(SAY_BACK), *reversed(said)):
        late += judge.feed(item)
    assert not late
    late = [one for one in judge.feed(Watermark(1e3)) if isinstance(one, Judged)]
    assert late == [Judged(SAY_BACK, AT_S, outcome(SAY_BACK, said, [EXPLAINED]))]


@pytest.mark.parametrize(
    ("table", "complaint"),
    [
        ("[outcomes.slow_dwn]\nsaid = ['apology']", 'action that no rule has; did you mean "slow_down"'),
        ("[outcomes.slow-down]\nsaid = ['apology']", "lower-case words joined by underscores"),
        ("[outcomes.slow_down]\nwithin_turns = 2", "must name one of metric, said"),
        ("[outcomes.slow_down]\nsaid = ['apolgy']", 'names the phrase list "apolgy"'),
        ("[outcomes.slow_down]\nsaid = []", "names no phrase list"),
        ("[outcomes.slow_down]\nsaid = ['apology']\nwithin_turns = 0", "gives the agent no turn"),
        ("[outcomes.slow_down]\nsaid = ['apology']\nwithin_turn = 2", 'did you mean "within_turns"'),
        ("[outcomes.slow_down]\nmetric = 'rate'\nlooks_back_s = 2", 'reads an unknown metric "rate"'),
        ("[outcomes.slow_down]\nmetric = 'level_dbfs'", 'is missing the field "looks_back_s"'),
        ("[outcomes.slow_down]\nmetric = 'level_dbfs'\nlooks_back_s = -1", "negative time"),
        (
            "[outcomes.slow_down]\nmetric = 'level_dbfs'\nlooks_back_s = 1\nsooner = 'rat'",
            'reads an unknown metric "rat"',
        ),
        ("[outcomes]\nslow_down = 3", "is not a table"),
    ],
)
def test_a_mistake_in_the_table_is_named(tmp_path: Path, table: str, complaint: str) -> None:
    with pytest.raises(RuleError, match=complaint):
        rulebook(tmp_path, table)


def test_a_team_replaces_the_test_of_an_action(tmp_path: Path) -> None:
    book = rulebook(tmp_path, '[outcomes.escalate]\nsaid = ["apology"]\nwithin_turns = 1')
    assert became(MANAGER, turns("I am so sorry about that."), rules=book)[0] == "followed"
    assert book.fingerprint != SHIPPED.fingerprint

"""What rules that read words can ask for, each shown by a rule of its own."""

import math
from pathlib import Path

import pytest

from rules.judge import Judge
from rules.model import Easing, Firing, Reading, Spoken, Watermark
from tests.made_rules import TEXTS, rulebook, spoken

Said = list[tuple[str, float]]


def judged(tmp_path: Path, fields: str, *items: Reading | Spoken, attributes: dict[str, str] | None = None) -> Said:
    """What a rule says of a stream, in order."""
    text = f'[made]\n{TEXTS}\naction = "made"\nspeaker = "agent"\n{fields}'
    judge = Judge(rulebook(tmp_path, text), attributes or {})
    said = [each for item in (*items, Watermark(math.inf)) for each in judge.feed(item)]
    found = [each for each in said if isinstance(each, Firing | Easing) and each.rule == "made"]
    return [("fires", each.start_s) if isinstance(each, Firing) else ("eases", each.at_s) for each in found]


def silence(from_s: float, *values: float) -> list[Reading]:
    return [Reading("agent", "dead_air_s", from_s + n, from_s + n + 1, value) for n, value in enumerate(values)]


WAITING = """
conditions = [{ metric = "dead_air_s", above = 8 }]
unless = [{ phrases = ["hold"], until = ["hold-over"], within_s = 60 }]
"""


@pytest.fixture(autouse=True)
def lists(tmp_path: Path) -> None:
    (tmp_path / "words").mkdir()
    (tmp_path / "words" / "hold.txt").write_text("one moment")
    (tmp_path / "words" / "hold-over.txt").write_text("thanks for waiting")


def test_a_metric_can_be_silenced_by_words(tmp_path: Path) -> None:
    assert judged(tmp_path, WAITING, *silence(9.0, 8.0)) == [("fires", 10.0)]
    assert judged(tmp_path, WAITING, spoken("agent", 0.0, "One moment."), *silence(9.0, 8.0)) == []


def test_words_that_silence_last_until_other_words(tmp_path: Path) -> None:
    hold, back = spoken("agent", 0.0, "One moment."), spoken("agent", 5.0, "Thanks for waiting.")
    assert judged(tmp_path, WAITING, hold, back, *silence(9.0, 8.0)) == [("fires", 10.0)]
    assert judged(tmp_path, WAITING, back, spoken("agent", 7.0, "One moment."), *silence(9.0, 8.0)) == []
    assert judged(tmp_path, WAITING, hold, *silence(61.0, 8.0)) == [("fires", 62.0)]


def test_what_a_metric_made_fire_eases_with_it(tmp_path: Path) -> None:
    assert judged(tmp_path, WAITING, *silence(9.0, 8.0, 9.0, 0.0, 0.0)) == [("fires", 10.0), ("eases", 12.0)]


STILL_WAITING = silence(9.0, *[8.0] * 200)


@pytest.mark.parametrize(("reminds", "times"), [("true", 4), ("false", 1)])
def test_what_only_goes_on_fires_again_if_the_rule_reminds(tmp_path: Path, reminds: str, times: int) -> None:
    assert len(judged(tmp_path, f"{WAITING}\nreminds = {reminds}", *STILL_WAITING)) == times


def test_after_the_silence_was_broken_the_next_one_fires(tmp_path: Path) -> None:
    said = judged(tmp_path, WAITING, *silence(9.0, 8.0, 9.0, 0.0), *silence(100.0, 8.0, 9.0))
    assert [at_s for what, at_s in said if what == "fires"] == [10.0, 101.0]


def test_new_words_fire_again_while_a_metric_goes_on(tmp_path: Path) -> None:
    rule = """
    conditions = [{ phrases = ["hold"] }, { metric = "dead_air_s", above = 8, within_s = 100 }]
    """
    once, again = (spoken("agent", at_s, "One moment.") for at_s in (2.0, 150.0))
    said = judged(tmp_path, rule, once, *STILL_WAITING[:140], again, *STILL_WAITING[143:])
    assert [what for what, _ in said].count("fires") == 2


def test_conditions_in_order_come_true_one_after_the_other(tmp_path: Path) -> None:
    rule = """
    conditions = [{ phrases = ["complaint"], speaker = "customer" }, { phrases = ["hold"] }]
    in_order = true
    """
    complaint = spoken("customer", 2.0, "This is ridiculous.")
    assert judged(tmp_path, rule, complaint, spoken("agent", 4.0, "One moment.")) == [("fires", 4.6)]
    assert judged(tmp_path, rule, spoken("agent", 0.0, "One moment."), complaint) == []
    assert judged(tmp_path, rule.replace("true", "false"), spoken("agent", 0.0, "One moment."), complaint) == [
        ("fires", 2.9)
    ]


def test_one_and_the_same_wording_can_be_counted(tmp_path: Path) -> None:
    rule = 'conditions = [{ phrases = ["acknowledgement"], at_least = 2, same = true, within_s = 60 }]'
    first, other = "I hear you.", "My apologies."
    assert judged(tmp_path, rule, spoken("agent", 0.0, first), spoken("agent", 5.0, other)) == []
    assert judged(
        tmp_path,
        rule,
        *(spoken("agent", at_s, text) for at_s, text in ((0.0, first), (5.0, other), (9.0, "i hear you"))),
    ) == [("fires", 9.9)]


def test_an_attribute_of_the_call_is_known_from_its_first_moment(tmp_path: Path) -> None:
    rule = 'conditions = [{ metric = "contacts_30d", speaker = "customer", above = 2 }]'
    tier = {"contacts_30d": "3", "tier": "gold"}
    assert judged(tmp_path, rule, attributes=tier) == [("fires", 0.0)]
    assert judged(tmp_path, rule, attributes={"contacts_30d": "1"}) == []
    assert judged(tmp_path, f'{rule}\nanswer = {{ said = "hold" }}', attributes=tier) == [("fires", 0.0)]


def test_a_firing_says_who_is_responsible_and_what_to_do_and_what_its_value_is_of(tmp_path: Path) -> None:
    text = f"""
    [made]
    {TEXTS.replace("{value}", "{level_over_baseline_db:.0f} dB, {dead_air_s:.0f} s of silence")}
    action = "made"
    speaker = "agent"
    owner = "team lead"
    protocol = "Call back."
    need = 1
    conditions = [{{ metric = "dead_air_s", above = 8 }}, {{ phrases = ["hold"] }}]
    """
    judge = Judge(rulebook(tmp_path, text))
    said = [each for item in (*silence(0.0, 9.0), Watermark(5.0)) for each in judge.feed(item)]
    (firing,) = [each for each in said if isinstance(each, Firing) and each.rule == "made"]
    assert (firing.owner, firing.protocol, firing.metric, firing.value) == (
        "team lead",
        "Call back.",
        "dead_air_s",
        9.0,
    )

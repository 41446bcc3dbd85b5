import math
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.judge import Judge
from rules.model import Easing, Firing, Reading, Speaker, Spoken, Verdict, Watermark
from rules.rulebook import Rulebook
from tests.made_rules import SHIPPED, TEXTS, level, levels, rulebook, spoken

HARDER = Reading("agent", "effort_lately_db", 0.0, 0.0, 9.0)
"""Without effort to be heard in the voice, a high level is the microphone's."""

END = Watermark(math.inf)


FIRST = {"slow-down", "lower-volume", "lower-volume-strong", "paraphrase", "escalate-request", "escalate-upset"}
OTHERS = frozenset(rule.id for rule in SHIPPED.rules) - FIRST
"""Rules that these tests are not about, and which say something of the same streams."""


def judged(rules: Rulebook, *items: Reading | Spoken | Watermark) -> list[Firing | Easing]:
    judge = Judge(rules)
    said = [each for item in items for each in judge.feed(item)]
    return [each for each in said if isinstance(each, Firing | Easing) and each.rule not in OTHERS]


def of(said: Iterable[Verdict], rule: str) -> list[tuple[str, float]]:
    return [
        ("fires", each.start_s) if isinstance(each, Firing) else ("eases", each.at_s)
        for each in said
        if isinstance(each, Firing | Easing) and each.rule == rule
    ]


def test_a_firing_quotes_the_first_condition_that_holds() -> None:
    steps = [
        Reading("agent", metric, n / 10, (n + 1) / 10, value, baseline)
        for n in range(90)
        for metric, value, baseline in (
            ("articulation_rate_sps", 5.9, 4.8),
            ("rate_over_baseline_pct", 22.9, None),
            ("rate_ahead_s", n / 30, None),
        )
    ]
    (firing,) = judged(SHIPPED, *steps)
    assert isinstance(firing, Firing)
    assert (firing.rule, firing.speaker, firing.action) == ("slow-down", "agent", "slow_down")
    assert (firing.value, firing.baseline, firing.limit) == (5.9, 4.8, 4.4)
    assert firing.start_s == pytest.approx(3.7)


def test_a_tone_rule_fires_with_its_reading_and_eases_below_the_clearing_limit() -> None:
    judge = Judge(SHIPPED)
    assert list(judge.feed(HARDER)) == []
    said = [(reading.end_s, each.rule) for reading in levels(0.0, *[12.0] * 5) for each in judge.feed(reading)]
    assert said == [(0.5, "lower-volume-strong")]
    assert list(judge.feed(level(0.5, 7.0))) == []
    assert list(judge.feed(level(0.6, 5.0))) == [Easing("lower-volume-strong", "agent", 0.7)]


def test_a_veto_eases_what_it_stops() -> None:
    said = judged(
        SHIPPED,
        HARDER,
        *levels(0.0, *[12.0] * 6),
        Reading("agent", "noise_over_start_db", 0.5, 0.6, 8.0),
        *levels(0.6, *[12.0] * 20),
    )
    assert of(said, "lower-volume-strong") == [("fires", 0.5), ("eases", 0.6)]


def test_listening_after_an_interruption_shows_that_the_prompt_was_heeded() -> None:
    judge = Judge(SHIPPED)
    metrics = [
        ("agent", "interruptions_per_min", 2.0),
        ("customer", "unbroken_s", 2.0),
        ("customer", "unbroken_s", 4.0),
    ]
    said = [
        each
        for n, (speaker, metric, value) in enumerate(metrics)
        for each in judge.feed(Reading(speaker, metric, float(n), n + 1.0, value))
    ]
    assert of(said, "let-them-finish") == [("fires", 1.0), ("eases", 3.0)]


def test_what_held_before_a_rule_fired_does_not_show_that_it_was_heeded() -> None:
    judge, said = Judge(SHIPPED), []
    for n in range(80):
        lately = 0.0 if n < 29 or n >= 60 else 20.0
        values = {"articulation_rate_sps": 5.9, "rate_over_baseline_pct": 22.9, "rate_ahead_s": n / 25}
        values["rate_lately_over_baseline_pct"] = lately
        for metric, value in values.items():
            said += judge.feed(Reading("agent", metric, n / 10, (n + 1) / 10, value))
    assert of(said, "slow-down") == [("fires", 3.1), ("eases", 8.0)]


def test_a_metric_without_a_reading_is_no_evidence(tmp_path: Path) -> None:
    rules = rulebook(
        tmp_path,
        f"""
        [quiet]
        {TEXTS}
        speaker = "agent"
        action = "quiet"
        conditions = [{{ metric = "level_dbfs", below = -40 }}]
        """,
    )
    assert judged(rules, *levels(0.0, 0.0, 0.0)) == []
    assert of(judged(rules, Reading("agent", "level_dbfs", 0.0, 0.1, -50.0)), "quiet") == [("fires", 0.1)]


def test_words_wait_for_the_watermark() -> None:
    judge = Judge(SHIPPED)
    asked = spoken("customer", 0.0, "Get me your manager.")
    assert list(judge.feed(asked)) == []
    assert list(judge.feed(Watermark(1.1))) == []
    (firing,) = judge.feed(Watermark(1.2))
    assert isinstance(firing, Firing)
    assert (firing.rule, firing.start_s, firing.evidence) == ("escalate-request", 1.2, ("Get me your manager",))


def test_without_any_watermark_words_are_judged_at_the_end() -> None:
    judge = Judge(SHIPPED)
    assert list(judge.feed(spoken("customer", 0.0, "Get me your manager."))) == []
    assert of(judge.flush(), "escalate-request") == [("fires", 1.2)]


def test_words_that_whisper_doubts_do_not_count() -> None:
    doubtful = spoken("customer", 0.0, "Get me your manager.", probability=0.3)
    assert judged(SHIPPED, doubtful, END) == []


def test_an_offer_eases_the_request() -> None:
    said = judged(
        SHIPPED,
        spoken("customer", 0.0, "Get me your manager."),
        spoken("agent", 2.0, "I will get my supervisor."),
        END,
    )
    assert of(said, "escalate-request") == [("fires", 1.2), ("eases", 3.5)]


def test_what_was_asked_during_the_cooldown_does_not_fire_afterwards() -> None:
    said = judged(
        SHIPPED,
        spoken("customer", 0.0, "Get me your manager."),
        spoken("customer", 50.0, "Get me your manager."),
        spoken("agent", 62.0, "What is your postcode?"),
        END,
    )
    assert of(said, "escalate-request") == [("fires", 1.2)]


def test_a_paraphrase_prompt_carries_the_customers_own_words_and_eases_when_it_is_said_back() -> None:
    story = "My router lost the connection on Tuesday, the router blinks red, and nobody calls me back"
    said = judged(
        SHIPPED,
        spoken("customer", 0.0, story, 30.0),
        spoken("agent", 31.0, "Can I have your postcode?"),
        spoken("customer", 34.0, "It is over there somewhere."),
        spoken("agent", 36.0, "So if I understand you, your router lost its connection, and nobody called.", 40.0),
        END,
    )
    (firing,) = [each for each in said if isinstance(each, Firing) and each.rule == "paraphrase"]
    assert (firing.evidence, firing.because) == (("nobody calls",), ())
    assert firing.say_back == "So your router lost the connection on Tuesday"
    assert of(said, "paraphrase") == [("fires", 35.5), ("eases", 40.0)]


def test_the_moment_for_a_paraphrase_passes() -> None:
    said = judged(
        SHIPPED,
        spoken("customer", 0.0, "The router and the cable and the splitter and the telephone do not work", 30.0),
        spoken("agent", 31.0, "We have many offers this month that I must read to you", 125.0),
        spoken("customer", 126.0, "Why do you tell me all that?"),
        END,
    )
    assert said == []


MIXED = f"""
[loud-or-rude]
{TEXTS}
speaker = "customer"
action = "note"
need = 1
cooldown_s = 1
conditions = [
    {{ metric = "level_over_baseline_db", above = 6, hold_s = 1, within_s = 5 }},
    {{ phrases = ["insult"] }},
]
"""


def test_without_words_a_mixed_rule_goes_by_its_metrics_behind_the_watermark(tmp_path: Path) -> None:
    judge = Judge(rulebook(tmp_path, MIXED))
    loud = levels(0.0, *[7.0] * 15, speaker="customer")
    assert [said for reading in loud for said in judge.feed(reading)] == []
    assert of(judge.feed(Watermark(1.5)), "loud-or-rude") == [("fires", 1.0)]


def test_a_rule_that_is_switched_off_is_not_judged(tmp_path: Path) -> None:
    rules = rulebook(tmp_path, '[lower-volume-strong]\nextends = "lower-volume-strong"\nenabled = false')
    assert of(judged(rules, *levels(0.0, *[12.0] * 20)), "lower-volume-strong") == []


SAYINGS: dict[Speaker, list[str]] = {
    "customer": [
        "This is ridiculous.",
        "I want a manager.",
        "I don't want a manager.",
        "You idiot!",
        "My router and the cable and the invoice are wrong.",
        "Yes.",
        "To a manager, please.",
        "I would like to speak",
    ],
    "agent": [
        "I understand your frustration.",
        "So if I understand you, the router, the cable and the invoice are wrong?",
        "Can you tell me your postcode?",
        "Mm-hm.",
        "I will get my supervisor.",
        "Okay, well, the weather.",
    ],
}

UTTERANCE = st.sampled_from(["agent", "customer"]).flatmap(
    lambda speaker: st.tuples(
        st.just(speaker), st.sampled_from(SAYINGS[speaker]), st.integers(1, 12), st.integers(-1, 6), st.integers(0, 40)
    )
)


@pytest.mark.slow
@given(st.lists(UTTERANCE, max_size=14), st.lists(st.sampled_from([0.0, 7.0, 12.0]), max_size=60), st.integers(1, 30))
@settings(max_examples=200, deadline=None)
def test_when_words_become_known_does_not_change_what_is_said(
    utterances: Sequence[tuple[Speaker, str, int, int, int]], loudness: Sequence[float], watermark_every: int
) -> None:
    said, at_s = [], 0.0
    for speaker, text, length_s, gap_s, delay_s in utterances:
        start_s = max(0.0, at_s + gap_s)
        said.append((spoken(speaker, start_s, text, start_s + length_s), start_s + length_s + delay_s))
        at_s = start_s + length_s
    voiced = [level(float(n), value, speaker) for n, value in enumerate(loudness) for speaker in SAYINGS]
    in_order = sorted([*voiced, *(utterance for utterance, _ in said)], key=lambda item: item.end_s)
    at_once = Judge(SHIPPED)
    expected = [each for item in (*in_order, END) for each in at_once.feed(item)] + list(at_once.flush())

    judge, found = Judge(SHIPPED), []
    for tick in range(int(at_s) + 60 + len(loudness)):
        for reading in voiced:
            if tick <= reading.end_s < tick + 1:
                found += judge.feed(reading)
        for utterance, known_s in said:
            if tick <= known_s < tick + 1:
                found += judge.feed(utterance)
        if tick % watermark_every == 0:
            unknown = [utterance.start_s for utterance, known_s in said if known_s >= tick + 1]
            found += judge.feed(Watermark(min([float(tick), *unknown])))
    found += judge.flush()
    assert sorted(found, key=repr) == sorted(expected, key=repr)


def silence(start_s: float, end_s: float) -> list[Reading]:
    """Readings of a silence that grows, one a second."""
    return [
        Reading("agent", "dead_air_s", start_s + n, start_s + n + 1.0, n + 1.0) for n in range(int(end_s - start_s))
    ]


def test_a_long_silence_is_flagged_once_and_the_next_one_again() -> None:
    judge, said = Judge(SHIPPED), []
    for item in (*silence(0, 1200), Reading("agent", "dead_air_s", 1200.0, 1200.1, 0.0), *silence(1201, 1500)):
        said += [*judge.feed(item), *judge.feed(Watermark(item.end_s))]
    assert of(said, "fill-the-gap") == [("fires", 8.0), ("eases", 1200.1), ("fires", 1209.0)]


def test_an_announced_hold_that_lasts_too_long_is_flagged_once() -> None:
    judge, said = Judge(SHIPPED), []
    for item in (spoken("agent", 0.0, "Please hold for a moment."), *silence(2, 1200)):
        said += [*judge.feed(item), *judge.feed(Watermark(item.end_s))]
    assert [what for what, _ in of(said, "fill-the-gap")] == ["fires"]


def test_whoever_speaks_fast_without_a_break_is_reminded() -> None:
    readings = [
        Reading("agent", metric, n / 10, (n + 1) / 10, value)
        for n in range(2000)
        for metric, value in (("articulation_rate_sps", 5.6), ("rate_over_baseline_pct", 22.9), ("rate_ahead_s", 3.0))
    ]
    assert [each.start_s for each in judged(SHIPPED, *readings)] == pytest.approx([0.1, 90.1, 180.1])

"""What the rules say to agents, and about them."""

import re

import pytest

from rules.model import Firing
from rules.rulebook import Rule
from rules.template import check, render, values_of
from tests.made_rules import SHIPPED, WORDS

EMOTIONS = """
afraid aggravated aggressive agitated anger angry annoyed annoying anxious anxiety ashamed bored boredom calm cheerful
confident confused contempt cool depressed despair disappointed disgust disgusted distressed eager embarrassed emotion
emotional emotions enraged enthusiastic excited excitement exhausted fear fearful feel feeling feelings feels friendly
frustrated frustration furious glad guilty happiness happy hate hostile hurt impatience impatient irritable irritated
irritation jealous joy joyful lonely mad mood moody nervous nervousness overwhelmed panic pleased proud rage relaxed
sad sadness satisfied scared sentiment shame stress stressed stressful surprise surprised sympathy tense tension tired
uncomfortable unfriendly unhappy upset warm worried worry
"""


@pytest.mark.parametrize("rule", SHIPPED.rules, ids=lambda rule: rule.id)
def test_no_text_about_the_agent_names_an_emotion(rule: Rule) -> None:
    texts = [*rule.texts, rule.action]
    if rule.speaker == "agent":
        texts += [rule.id, rule.about]
    said = set(re.findall(r"[a-z]+", " ".join(texts).lower()))
    assert said.isdisjoint(EMOTIONS.split())


@pytest.mark.parametrize("rule", SHIPPED.rules, ids=lambda rule: rule.id)
def test_every_rule_says_what_it_does_in_one_line_and_where_it_comes_from(rule: Rule) -> None:
    for line in (rule.about, rule.source):
        assert line
        assert "\n" not in line
    assert rule.about.endswith(".")


def test_phrases_are_in_one_list_of_the_customers_only() -> None:
    lists = ("complaint", "insult", "manager-request")
    lines = [line for name in lists for line in WORDS[name]]
    assert len(lines) == len(set(lines))


@pytest.mark.parametrize("name", sorted(WORDS))
def test_lists_have_no_line_twice(name: str) -> None:
    assert len(WORDS[name]) == len(set(WORDS[name]))


def test_a_clause_that_needs_what_is_not_known_is_left_out() -> None:
    text = "{value:.1f} syllables a second, usual {baseline:.1f}"
    assert render(text, {"value": 5.94, "baseline": 4.8}) == "5.9 syllables a second, usual 4.8"
    assert render(text, {"value": 5.94}) == "5.9 syllables a second"
    assert render(text, {}) == ""


def test_what_is_left_of_a_text_begins_with_a_capital_letter() -> None:
    text = "Customer talked for {value:.0f} s, customer: “{phrase}”"
    assert render(text, {"phrase": "waited for a week"}) == "Customer: “waited for a week”"
    assert render("{key_words}", {"key_words": "éclair"}) == "Éclair"


def fired(value: float | None, baseline: float | None, metric: str = "articulation_rate_sps") -> Firing:
    return Firing("slow-down", "agent", 1.0, value, baseline, 4.8, "prompt", "slow_down", metric=metric)


@pytest.mark.parametrize(
    ("value", "baseline", "fact"),
    [(6.0, 4.8, "25 % faster than usual"), (6.1, 6.2, ""), (6.2, 6.19, ""), (6.1, None, ""), (6.1, 0.0, "")],
)
def test_a_fast_agent_is_compared_with_her_usual_in_percent(value: float, baseline: float | None, fact: str) -> None:
    assert render(SHIPPED["slow-down"].fact, values_of(fired(value, baseline))) == fact


def test_long_stretches_are_given_in_minutes() -> None:
    assert (
        render(SHIPPED["escalate-long"].fact, values_of(fired(720.0, None, "call_s"))) == "12 minutes without a result"
    )
    assert "minutes" not in values_of(fired(5.0, None))


def test_a_volume_is_said_in_words_first() -> None:
    loud = fired(7.2, None, "level_over_baseline_db")
    assert render(SHIPPED["lower-volume"].fact, values_of(loud)) == "Louder than usual (+7 dB)"


@pytest.mark.parametrize("rule", SHIPPED.rules, ids=lambda rule: rule.id)
def test_every_quotation_says_who_said_it(rule: Rule) -> None:
    assert all(
        re.search(r"\b(customer|you)\b[^“]*$", clause[: clause.index("“")].lower())
        for clause in rule.fact.split(", ")
        if "“" in clause
    )


@pytest.mark.parametrize("rule", SHIPPED.rules, ids=lambda rule: rule.id)
def test_no_fact_judges_or_looks_like_a_formula(rule: Rule) -> None:
    fact = rule.fact.lower()
    assert "too " not in fact
    assert "syllable" not in fact
    assert not re.match(r"[-+=@]|{[a-z_]+:\+", fact)


def test_what_is_known_of_a_firing() -> None:
    firing = Firing("a", "agent", 1.0, 7.0, None, 6.0, "prompt", "b", ("first", "last"), 2.0, ("router", "invoice"))
    assert values_of(firing) == {
        "value": 7.0,
        "limit": 6.0,
        "held_s": 2.0,
        "phrase": "last",
        "key_words": "router, invoice",
    }


@pytest.mark.parametrize("text", ["{nothing}", "{value", "{value:d}", "{phrase:.2f}", "{value.real.x}", "{0}", "{}"])
def test_a_text_that_cannot_be_filled_in_is_found(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        check(text)

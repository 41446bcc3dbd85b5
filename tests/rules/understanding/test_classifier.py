"""Classifiers over runs of words: a sum that can be checked by hand, and says what it goes by."""

import pytest

from rules.language.tokens import normalise
from rules.understanding.classifier import BIAS, Classifier, classifiers
from rules.understanding.features import numbers, word_runs

MADE = Classifier({BIAS: -1.0, "flips": 2.0, "flips back": 3.0, "^ it": 1.0, "thanks": -4.0, "#shared": 2.0})


def test_runs_are_of_one_to_three_words_and_know_the_beginning_and_numbers() -> None:
    assert list(word_runs(["my", "3", "bags"])) == [
        *("my", "0", "bags"),
        *("^ my", "my 0", "0 bags"),
        *("^ my 0", "my 0 bags"),
    ]


def test_the_score_is_the_sum_of_the_weights_over_the_root_of_the_length() -> None:
    assert MADE.score(["it", "flips", "back", "again"], {}) == pytest.approx(-1 + (1 + 2 + 3) / 2)
    assert MADE.score(["thanks"], {"#shared": 0.5, "#length": 9.0}) == pytest.approx(-1 - 4 + 1)
    assert MADE.score([], {}) == -1


def test_it_says_what_decided_and_nothing_twice() -> None:
    assert MADE.because(["it", "flips", "back", "again"]) == ("flips back", "it")
    assert MADE.because(["thanks"]) == ()


def test_numbers_tell_how_a_turn_relates_to_what_was_said_before() -> None:
    before = normalise("My refund never arrived.")
    back = numbers(normalise("So your refund hasn't arrived."), before, {"my", "your", "so"})
    asked = numbers(normalise("What is your name?"), before, {"my", "your", "so"})
    assert back["#shared"] > asked["#shared"] == 0
    assert (back["#you-first"], back["#so-first"], asked["#asking"]) == (1.0, 1.0, 1.0)


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("complaint", "Three engineers later and the boiler is as cold as ever."),
        ("manager-request", "Put a person on who has the authority to refund me."),
        ("insult", "Get your damn act together."),
    ],
)
def test_the_shipped_ones_know_what_they_were_taught(kind: str, said: str) -> None:
    assert classifiers("en", "customer")[kind].score(normalise(said), {}) > 0


def test_a_language_without_classifiers_has_none() -> None:
    assert classifiers("xx", "agent") == {}

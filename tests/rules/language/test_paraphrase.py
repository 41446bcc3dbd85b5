"""The sentence to say back."""

import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.language.content import Content
from rules.language.emotions import emotions
from rules.language.paraphrase import LONGEST
from rules.language.tokens import Token, tokens
from tests.made_rules import WORDS, spoken

LABELLED = Path(__file__).parents[3] / "bench/material/labelled/turns.toml"
TURNS = tomllib.loads(LABELLED.read_text("utf-8"))["turn"]
DOUBTED = 0.4


def heard(text: str, probability: float = 0.9) -> tuple[Token, ...]:
    """The words of an utterance; those with ~ behind them are doubted."""
    words = spoken("customer", 0.0, text, probability=probability).words
    return tokens(
        tuple(
            replace(word, text=word.text.replace("~", ""), probability=DOUBTED if "~" in word.text else probability)
            for word in words
        )
    )


def said_back(*utterances: str, probability: float = 0.9) -> str:
    content = Content(word for line in WORDS["stop-words"] for word in line.lower().split())
    for utterance in utterances:
        content.feed(heard(utterance, probability), 5.0)
    return content.say_back()


@pytest.mark.parametrize("turn", TURNS, ids=lambda turn: turn["says"][:40])
def test_labelled_turns_are_said_back_as_they_were_judged(turn: dict[str, str]) -> None:
    assert said_back(turn["says"]) == turn["back"]
    assert (turn["worth"] == "plain") == (not turn["back"])


def test_no_labelled_turn_is_said_back_badly_and_most_helpfully() -> None:
    worth = [turn["worth"] for turn in TURNS]
    assert len(worth) >= 60
    assert "bad" not in worth
    assert worth.count("helpful") >= 0.4 * len(worth)


@pytest.mark.parametrize(
    ("said", "back"),
    [
        ("I was charged for my return.", "So you were charged for your return"),
        ("I still wasn't paid for the second report.", "So you still weren't paid for the second report"),
        ("We're locked out of our cabin.", "So you're locked out of your cabin"),
        ("You sent me your old catalogue twice.", "So we sent you our old catalogue twice"),
        ("My sister was overcharged.", "So your sister was overcharged"),
    ],
)
def test_persons_are_turned_round(said: str, back: str) -> None:
    assert said_back(said) == back


@pytest.mark.parametrize(
    "said",
    [
        "",
        "Yes.",
        "I'm so angry about this.",
        "You people never listen.",
        "My father died in the hospital.",
        "I want to speak to your manager.",
        "When my router is broken.",
        "My account number is 12345678.",
        "My card number is 41 11 56.",
        "My card number is 4111-1111.",
        "My card number is four one one one.",
        "My code is one two three.",
        "My card number is four, one, uh, one.",
        "I would like to know what the",
        "Is it possible to pay later?",
    ],
)
def test_nothing_is_offered_where_no_clause_is_safe(said: str) -> None:
    assert said_back(said) == ""


def test_no_digit_is_a_key_word() -> None:
    content = Content(())
    content.feed(heard("Double four nines, twenty zeros and the router."), 5.0)
    assert content.key_words() == ("and", "the", "router")


def test_what_whisper_doubts_is_not_offered() -> None:
    assert said_back("My refund hasn't arrived.", probability=0.7) == ""
    assert said_back("My refund~ hasn't arrived.") == ""
    assert said_back("My re~ fund hasn't arrived, and the router is broken.") == "So the router is broken"


def test_a_problem_goes_before_a_need_and_the_latest_of_equals_first() -> None:
    assert said_back("I want a new contract.", "My phone is broken.", "It is blue.") == "So your phone is broken"
    assert said_back("The phone is broken.", "The cable is missing.") == "So the cable is missing"


PIECES = " ".join(turn["says"] for turn in TURNS).split()


@given(st.lists(st.sampled_from(PIECES), max_size=30))
def test_every_word_offered_was_said_or_is_a_person_turned_round(pieces: list[str]) -> None:
    back = said_back(" ".join(pieces))
    if not back:
        return
    first, *offered = back.lower().split()
    assert first == "so"
    assert len(offered) <= LONGEST
    there = {word.strip(".,~?").lower() for word in pieces}
    turned = "we us our ours we're we've we'd we'll you your yours yourself you're you've you'd you'll are were weren't"
    assert set(offered) <= there | set(turned.split())
    assert emotions().isdisjoint(offered)

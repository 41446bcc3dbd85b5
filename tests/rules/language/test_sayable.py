"""Only a clause that names a full thing, in plain grammar, is offered to be said back."""

import pytest

from rules.cases import spoken
from rules.language.content import Content
from rules.language.tokens import tokens
from tests.made_rules import SHIPPED


def said_back(says: str) -> str:
    customer = Content(word for line in SHIPPED.words["stop-words"] for word in line.lower().split())
    words = spoken("customer", 0.0, says)
    customer.feed(tokens(words.words), words.end_s)
    return customer.say_back()


@pytest.mark.parametrize(
    ("says", "back"),
    [
        ("My refund for the second router hasn't arrived.", "So your refund for the second router hasn't arrived"),
        ("The app crashes whenever I open the camera.", "So the app crashes whenever you open the camera"),
        ("I need the invoice for the second router.", "So you need the invoice for the second router"),
    ],
)
def test_a_full_thing_with_its_verb_is_offered(says: str, back: str) -> None:
    assert said_back(says) == back


@pytest.mark.parametrize(
    "says",
    [
        "We're fixing, or all in-house and in-shop.",
        "I'm not like.",
        "It isn't there.",
        "The product was delayed by like.",
        "I can't do the night shift 'cause I'm lazy.",
        "We didn't even get the timeframe I am looking.",
        "The servers are down the page hangs is.",
        "I don't deserve your crap.",
        "The email doesn't.",
        "I want to focus on is the delivery.",
    ],
)
def test_what_breaks_off_or_names_nothing_is_not(says: str) -> None:
    back = said_back(says)
    assert back in {"", "So you can't do the night shift", "So the product was delayed"}

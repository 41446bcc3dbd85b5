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


@pytest.mark.parametrize(
    "says",
    [
        "I need the change my email.",
        "I need change the date of the visit.",
        "I want cancel my order.",
        "I need to a copy of the bill.",
        "I want to need the invoice.",
        "I need the some money.",
        "I want a internet connection.",
        "I want a new services.",
        "I need a card my name is Ann.",
        "I am late and currently my line is down.",
        "My application not working properly.",
        "Someone stolen my card.",
        "I've messaged the shop and no reply.",
        "I dont have the card.",
        "I gotta change the date.",
        "I need u to look at the bill.",
    ],
)
def test_what_is_not_grammatical_is_not_offered(says: str) -> None:
    assert said_back(says) in {"", "So you've messaged the shop"}


@pytest.mark.parametrize(
    "says",
    [
        "I need to get in contact with someone about it.",
        "There's no place for it that I can see.",
        "The ones that I'm not that close with.",
        "I don't have a thing my doctor doesn't know about.",
        "I don't want to be in this situation.",
    ],
)
def test_what_lost_its_complement_is_not_offered(says: str) -> None:
    assert said_back(says) == ""


@pytest.mark.parametrize(
    ("says", "back"),
    [
        ("I'd like to change the date of my visit.", "So you'd like to change the date of your visit"),
        ("I want a savings account.", "So you want a savings account"),
        ("I need an hour for the visit.", "So you need an hour for the visit"),
        ("I have no water and the bill is paid.", "So you have no water"),
        ("The light doesn't come on.", "So the light doesn't come on"),
        ("Nobody answered the doorbell.", "So nobody answered the doorbell"),
        ("I definitely do not have the invoice.", "So you definitely do not have the invoice"),
    ],
)
def test_plain_needs_and_problems_stay(says: str, back: str) -> None:
    assert said_back(says) == back

"""When a call is over but for courtesies, and nothing is prompted any more."""

import math

import pytest

from rules.judge import Judge
from rules.model import Goodbye, Speaker, Spoken, Watermark
from tests.made_rules import SHIPPED, spoken


def goodbyes(*items: Spoken) -> list[Goodbye]:
    judge = Judge(SHIPPED)
    said = [each for item in (*items, Watermark(math.inf)) for each in judge.feed(item)]
    return [each for each in said if isinstance(each, Goodbye)]


@pytest.mark.parametrize(
    ("speaker", "text"),
    [
        ("agent", "Thank you for calling, have a great day."),
        ("agent", "Goodbye."),
        ("customer", "No, thank you, that is all, goodbye."),
        ("customer", "No, that's all."),
        ("customer", "No that was gonna be it"),
        ("customer", "That is everything I needed, thanks."),
    ],
)
def test_either_side_may_say_goodbye(speaker: Speaker, text: str) -> None:
    said = goodbyes(spoken(speaker, 10.0, text))
    assert said
    assert all(10.0 < each.at_s <= spoken(speaker, 10.0, text).end_s for each in said)


@pytest.mark.parametrize(
    ("speaker", "text"),
    [
        ("agent", "Thank you for calling Northwind, how can I help you today?"),
        ("agent", "Is there anything else I can help you with?"),
        ("agent", "I will take care of this now."),
        ("agent", "Thank you, that is all I need from your side for the form, and now the address."),
        ("customer", "No, that is it, the red one on the left."),
        ("customer", "That's all it says on the screen."),
        ("customer", "I did not say goodbye to my old number."),
    ],
)
def test_what_only_sounds_like_the_end_is_no_goodbye(speaker: Speaker, text: str) -> None:
    assert goodbyes(spoken(speaker, 10.0, text)) == []


def test_a_goodbye_that_was_probably_misheard_does_not_count() -> None:
    assert goodbyes(spoken("customer", 10.0, "Bye.", probability=0.3)) == []

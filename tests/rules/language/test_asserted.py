"""Only what customers assert of their own matter is offered to be said back."""

import pytest

from tests.rules.language.test_sayable import said_back


@pytest.mark.parametrize(
    "says",
    [
        "Even though the meter didn't run today.",
        "I was there before my parcel was missing.",
        "I want to live where my phone never rings.",
    ],
)
def test_a_clause_that_depends_on_the_word_before_is_not_offered(says: str) -> None:
    assert said_back(says) in {"", "So you want to live"}


@pytest.mark.parametrize(
    "says",
    [
        "I'd like it quick, so I'm not missing my train.",
        "I wish I could work where I don't have to drive, and I don't sit in the traffic.",
        "If the parcel isn't here on Friday, and my card isn't charged, then fine.",
        "Maybe I don't need a bigger plan.",
        "I probably wouldn't miss my train.",
        "I will never order a sofa again.",
        "You don't get a discount if the card is old.",
    ],
)
def test_neither_a_wish_nor_a_condition_is_said_back_as_a_fact(says: str) -> None:
    assert said_back(says) == ""


@pytest.mark.parametrize(
    "says",
    [
        'She says, "Okay, well, my parcel is not lost."',
        "It's like, I'm not on the list.",
        "He told me the battery isn't broken.",
    ],
)
def test_a_quotation_is_not_said_back(says: str) -> None:
    assert said_back(says) == ""


@pytest.mark.parametrize(
    ("says", "back"),
    [
        ("I'd like to know why my bill is wrong.", "So your bill is wrong"),
        ("I'd call back because my line is dead.", "So your line is dead"),
        ("They said it was fine, but the heating is still broken.", "So the heating is still broken"),
        ("I was told it's free, and now there's a charge of ten pounds.", "So there's a charge of ten pounds"),
        ("If you look at it. My invoice is wrong.", "So your invoice is wrong"),
    ],
)
def test_a_fact_is_offered_again_behind_a_wish_a_quotation_or_a_sentence_before(says: str, back: str) -> None:
    assert said_back(says) == back


@pytest.mark.parametrize(
    "says",
    [
        "Well, you haven't got a choice.",
        "You don't have a cigarette in the morning.",
        "Your body doesn't need the sugar.",
        "You no longer have the small size.",
    ],
)
def test_you_that_is_anybody_does_not_become_the_company(says: str) -> None:
    assert said_back(says) == ""


@pytest.mark.parametrize(
    ("says", "back"),
    [
        ("You haven't sent my invoice.", "So we haven't sent your invoice"),
        ("Your technician never came to the house.", "So our technician never came to the house"),
        ("Your website doesn't show my order.", "So our website doesn't show your order"),
    ],
)
def test_you_that_is_the_company_does(says: str, back: str) -> None:
    assert said_back(says) == back


@pytest.mark.parametrize(
    "says",
    [
        "I'm letting the whole team down.",
        "I'm not a good customer.",
        "I'm certainly not the best driver.",
        "I clearly didn't read the letter.",
        "You have no idea how to treat my order.",
        "You've ruined my first day without a line.",
    ],
)
def test_no_judgement_of_a_person_is_said_back(says: str) -> None:
    assert said_back(says) == ""


def test_other_people_s_matter_is_not_said_back_but_that_of_the_family_is() -> None:
    assert said_back("A lot of her friends don't have a phone.") == ""
    assert said_back("Everybody has a phone that isn't broken.") == ""
    assert said_back("My son lost his phone on the train.") == "So your son lost his phone on the train"

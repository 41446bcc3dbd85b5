"""The score of a card: what counts, what n.a. takes out, and how much of it the machine answered."""

from dataclasses import replace

import pytest

from monitor.call.scorecard.card import Answer, Card, CardItem, Found

YES = Found("yes", "Apologies: 1 at 0:10", 10.0, "I am sorry")


def card(*items: CardItem) -> Card:
    return Card("basics", "Basics", "abc", "Sue", "2026-03-03T08:00:00+00:00", items)


def item(answer: Answer | None = None, weight: float = 1.0, found: Found | None = None, note: str = "") -> CardItem:
    return CardItem(f"i{weight:g}", "Part", "Title", weight, found, answer, note)


def test_partly_counts_half_and_weights_count() -> None:
    assert card(item("yes", 3), item("partly", 2), item("no", 5)).score.score_pct == 40.0


def test_an_item_that_does_not_apply_takes_its_weight_out() -> None:
    score = card(item("yes", 1), item("na", 9)).score
    assert (score.score_pct, score.answered, score.not_applicable) == (100.0, 2, 1)


def test_an_open_item_counts_nowhere_and_is_told() -> None:
    score = card(item("yes"), item()).score
    assert (score.score_pct, score.answered, score.items) == (100.0, 1, 2)


@pytest.mark.parametrize("items", [(), (item("na"),), (item(),)])
def test_without_an_item_that_applies_there_is_no_score(items: tuple[CardItem, ...]) -> None:
    assert card(*items).score.score_pct is None
    assert card(*items).score.machine_pct is None


def test_the_share_of_the_machine_is_that_of_the_weight_nobody_answered() -> None:
    score = card(item(None, 1, YES), item("yes", 2, YES), item("no", 1)).score
    assert (score.score_pct, score.machine_pct) == (75.0, 25.0)


def test_the_person_is_right_and_what_the_machine_found_is_kept() -> None:
    own = item("no", 1, YES, "it was about the weather")
    assert (own.counted, own.overruled, own.found) == ("no", True, YES)
    assert not replace(own, answer="yes").overruled
    assert not replace(own, answer=None).overruled


def test_the_moment_of_the_note_comes_before_that_of_the_machine() -> None:
    assert item(found=YES).at_s == 10.0
    assert replace(item(found=YES), noted_s=3.0).at_s == 3.0
    assert item().at_s is None


def test_without_words_quotes_and_notes_are_gone_and_answers_stay() -> None:
    bare = item("no", 1, YES, "he said marmalade").without_words()
    assert (bare.note, bare.found, bare.answer) == ("", replace(YES, quote=""), "no")

"""How far two people agree, and where they differ."""

from itertools import product
from pathlib import Path

import pytest

from monitor.call.scorecard import card_files
from monitor.call.scorecard.card import Answer
from monitor.scorecards import agreement_text
from monitor.scorecards.agreement import Agreement, cards_of, compared
from tests.made_calls import make
from tests.monitor.scorecards.made_cards import card

ALL: tuple[Answer, ...] = ("yes", "partly", "no")


def pair(one: list[Answer | None], other: list[Answer | None], calls: int = 1) -> Agreement:
    (found,) = compared(
        (f"call-{n}", (card("Robin", *one, found=None), card("Sue", *other, found=None))) for n in range(calls)
    )
    return found


def text(found: Agreement) -> str:
    return "\n".join(agreement_text.lines([found]))


def test_kappa_is_that_of_a_worked_example() -> None:
    # 45 pairs: 20 yes/yes, 10 no/no, 5 yes/no, 5 no/yes, 5 partly/partly. Observed disagreement 10/45, expected by
    # chance with linear weights 0.5·(…): worked by hand from the margins 25/5/15 on both sides.
    counts: list[tuple[Answer, Answer, int]] = [
        *(("yes", "yes", 20), ("no", "no", 10), ("yes", "no", 5)),
        *(("no", "yes", 5), ("partly", "partly", 5)),
    ]
    rows = [(one, other) for one, other, times in counts for _ in range(times)]
    margin = {"yes": 25 / 45, "partly": 5 / 45, "no": 15 / 45}
    points = {"yes": 1.0, "partly": 0.5, "no": 0.0}
    by_chance = sum(margin[a] * margin[b] * abs(points[a] - points[b]) for a, b in product(ALL, ALL))
    found = pair([one for one, _ in rows], [other for _, other in rows])
    assert found.kappa == pytest.approx(1 - (10 / 45) / by_chance)
    assert (found.items, found.same) == (45, 35)


def test_who_always_agrees_has_a_kappa_of_one() -> None:
    assert pair([*ALL] * 4, [*ALL] * 4).kappa == pytest.approx(1.0)


@pytest.mark.slow
def test_a_range_needs_several_calls() -> None:
    assert pair([*ALL] * 4, [*ALL] * 4).low is None
    one, other = [*ALL] * 4, ["no", *ALL[1:], *ALL * 3]
    found = pair(one, list(other), calls=6)  # type: ignore[arg-type]
    assert found.low is not None
    assert found.high is not None
    assert found.kappa is not None
    assert found.low <= found.kappa <= found.high


def test_too_few_answers_say_so() -> None:
    found = pair(["yes", "no"], ["yes", "yes"])
    assert found.kappa is None
    assert "Too few for a figure: kappa needs 10 items" in text(found)


def test_one_and_the_same_answer_throughout_has_no_kappa() -> None:
    found = pair(["yes"] * 12, ["yes"] * 12)
    assert found.kappa is None
    assert "isn't defined" in text(found)


def test_where_two_differ_is_told_with_the_time_and_both_notes() -> None:
    cards = card("Robin", "no", note="he did not", noted_s=83.0), card("Sue", "yes", note="at the end")
    (found,) = compared([("093015-a1b2c3", cards)])
    shown = text(found)
    assert "093015-a1b2c3 at 1:23  Item 0 [item-0]" in shown
    assert "Robin: no – he did not" in shown
    assert "Sue: yes – at the end" in shown


def test_what_both_leave_to_the_machine_is_no_agreement() -> None:
    (found,) = compared([("call", (card("Robin", None, "yes"), card("Sue", None, "no")))])
    assert (found.items, found.same) == (1, 0)


def test_one_who_overrules_the_machine_differs_from_one_who_does_not() -> None:
    (found,) = compared([("call", (card("Robin", "no", note="why"), card("Sue", None)))])
    assert [(one.one.answer, one.other.answer) for one in found.differences] == [("no", "yes")]


def test_not_applicable_for_one_of_them_is_a_difference_beside_kappa() -> None:
    found = pair([*ALL] * 4 + ["na"], [*ALL] * 4 + ["no"])
    assert (found.items, found.not_applicable, len(found.differences)) == (12, 1, 1)
    assert found.kappa == pytest.approx(1.0)


def test_each_two_people_and_each_form_are_compared_apart() -> None:
    cards = [card(name, "yes", form=form) for name in ("Kim", "Robin", "Sue") for form in ("basics", "other")]
    assert [(one.form, *one.people) for one in compared([("call", tuple(cards))])] == [
        (form, *people)
        for form in ("basics", "other")
        for people in (("Kim", "Robin"), ("Kim", "Sue"), ("Robin", "Sue"))
    ]
    assert {one.form for one in compared([("call", tuple(cards))], "other")} == {"other"}


def test_a_call_whose_cards_cannot_be_read_is_named_and_the_others_count(tmp_path: Path) -> None:
    good, bad = make(tmp_path, name="aaaaaa"), make(tmp_path, name="bbbbbb")
    card_files.save(good, card("Sue", "yes"))
    (bad / "scorecard-00000000.json").mkdir()
    said: list[str] = []
    assert [len(own) for _, own in cards_of([good, bad], said.append)] == [1]
    assert "scorecard-00000000.json" in said[0]


def test_without_a_second_person_it_says_what_to_do() -> None:
    assert list(agreement_text.lines([])) == [agreement_text.NOBODY]

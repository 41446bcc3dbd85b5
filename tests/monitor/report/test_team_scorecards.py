"""Scores on the team page: averages with ranges over calls, of no single agent."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from monitor.call.info import Takeover
from monitor.call.scorecard import card_files
from monitor.call.scorecard.card import Answer, Card
from monitor.report.team import many
from monitor.report.team.card_scores import form_scores
from monitor.report.team.estimates import OneCall
from monitor.report.team.numbers import CallNumbers
from tests.monitor.scorecards.made_cards import card
from tests.report_calls import folder, short_call

NUMBERS = CallNumbers(60.0, 30.0, {}, (), (), 0, {}, {})


def scored(*cards: Card, agent: str = "Ada") -> OneCall:
    return OneCall(agent, date(2026, 3, 2), NUMBERS, cards=cards)


def test_each_call_counts_the_same_whoever_scored_it() -> None:
    calls = [scored(card("Sue", "yes")), scored(card("Sue", "no"), card("Kim", "no"))] * 5
    (form,) = form_scores(calls)
    assert (form.title, form.calls, form.cards) == ("Basics", 10, 15)
    assert form.score.value == pytest.approx(50.0)
    assert form.score.low is not None
    assert form.score.high is not None
    assert form.score.low < 50.0 < form.score.high


def test_an_item_is_averaged_over_the_calls_to_which_it_applies() -> None:
    answers: list[Answer | None] = ["yes", "partly", "na", None, "yes", "partly", "yes", "partly"]
    (form,) = form_scores([scored(card("Sue", answer, found=None)) for answer in answers])
    (item,) = form.items
    assert (item.score.calls, item.score.value) == (6, pytest.approx(75.0))


def test_few_calls_have_no_average() -> None:
    (form,) = form_scores([scored(card("Sue", "yes"))] * 4)
    assert (form.score.calls, form.score.value) == (4, None)


def test_a_call_without_a_card_counts_nowhere() -> None:
    assert form_scores([scored()]) == ()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for day in range(6):
        info, events = short_call(day, 1.0, "followed")
        place = folder(tmp_path, f"093000-aaaaa{day}", info, events)
        card_files.save(place, card("Sue", "partly", "na"))
    return tmp_path


def test_the_page_and_the_text_have_them_and_no_agents_row_does(root: Path, tmp_path: Path) -> None:
    text = "\n".join(many.texts(root, many.Wanted()))
    assert "Basics" in text
    assert "50 (50–50)" in text
    page = many.page(root, many.Wanted(), tmp_path / "team.html").read_text("utf-8")
    assert "<h2>Scorecards</h2>" in page
    assert "Sue" not in page, "who scored is nobody's business here"


def test_a_card_of_a_call_that_two_agents_had_counts_for_neither(tmp_path: Path) -> None:
    info, events = short_call(0, 1.0, "followed")
    place = folder(tmp_path, "093000-aaaaaa", replace(info, takeovers=(Takeover("Kim", 30.0),)), events)
    card_files.save(place, card("Sue", "yes"))
    assert "Scorecards" not in "\n".join(many.texts(tmp_path, many.Wanted()))

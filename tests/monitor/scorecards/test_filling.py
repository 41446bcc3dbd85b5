"""What the machine answers, with its evidence, and how a person answers otherwise."""

from dataclasses import replace
from pathlib import Path

import pytest

from audio.values import Interruption
from monitor.call import marks
from monitor.call.events import CallEvent, Mark
from monitor.call.scorecard.card import Answer, Card, CardItem
from monitor.report.stored_call import read
from monitor.report.titles import Titles
from monitor.scorecards.errors import AnswerError
from monitor.scorecards.filling import answered, fill
from monitor.scorecards.form import Auto, Form, Item, Section
from monitor.scorecards.known import Known
from rules.model import Noticed
from tests.report_calls import INFO, events, folder

NAMES = Known(
    wordless=frozenset({"lower-volume"}), titles=Titles({"lower-volume": "Lower volume"}, {"apology": "Apologies"})
)
SORRY = [Noticed("apology", "agent", 44.0, 45.0, "I am sorry"), Noticed("apology", "agent", 66.0, 67.0, "sorry again")]


def form(**autos: Auto | None) -> Form:
    items = tuple(Item(name, name.capitalize(), auto=auto) for name, auto in autos.items())
    return Form("mine", "Mine", "", "abc", (Section("Part", items, 2.0),))


def filled(tmp_path: Path, auto: Auto | None, said: list[CallEvent] | None = None, model: str = "default") -> CardItem:
    kept = read(folder(tmp_path, info=replace(INFO, model=model), said=[*events(), *SORRY] if said is None else said))
    return fill(form(one=auto), kept, NAMES, "Sue").items[0]


@pytest.mark.parametrize(
    ("auto", "answer", "fact", "at_s", "quote"),
    [
        (Auto(said=("apology",)), "yes", "Apologies: 2 at 0:44, 1:06", 44.0, "I am sorry"),
        (
            Auto(said=("apology",), yes_from=3, partly_from=2),
            "partly",
            "Apologies: 2 at 0:44, 1:06 (yes from 3)",
            44.0,
            "",
        ),
        (Auto(said=("apology",), yes_to=1), "no", "Apologies: 2 at 0:44, 1:06 (yes up to 1)", 44.0, ""),
        (Auto(said=("plan",)), "no", "Plan: none", None, ""),
        (Auto(said=("apology",), last_s=20), "yes", "Apologies in the last 20 s: 1 at 1:06", 66.0, "sorry again"),
        (Auto(flags=("monologue",), yes_to=0, partly_to=1), "partly", "Monologue, flags: 1 at 1:18", 78.0, ""),
        (Auto(step="six-steps/listen"), "yes", "heard at 0:12", 12.0, ""),
        (Auto(step="six-steps/own"), "no", "not heard", None, ""),
        (Auto(said=("apology",), if_heard=("complaint",)), "na", "Complaint: none", None, ""),
    ],
)
def test_the_machine_answers_with_its_evidence(  # noqa: PLR0913, PLR0917 - what a row says
    tmp_path: Path, auto: Auto, answer: Answer, fact: str, at_s: float | None, quote: str
) -> None:
    found = filled(tmp_path, auto).found
    assert found is not None
    assert (found.answer, found.fact, found.at_s) == (answer, fact, at_s)
    assert found.quote.startswith(quote)


def test_a_measure_is_compared_with_its_limits(tmp_path: Path) -> None:
    found = filled(tmp_path, Auto(measure="interruptions_per_10_min", yes_to=2, partly_to=9)).found
    assert found is not None
    assert (found.answer, found.fact) == ("partly", "Interruptions: 7.5 in 10 min (yes up to 2)")


def test_a_flag_that_somebody_dismissed_does_not_count(tmp_path: Path) -> None:
    place = folder(tmp_path)
    marks.add(place, Mark(78.0, "dismiss", "she had to", "Sue", rule="monologue"))
    found = fill(form(one=Auto(flags=("monologue",), yes_to=0)), read(place), NAMES, "Sue").items[0].found
    assert found is not None
    assert found.answer == "yes"


def test_what_only_people_can_answer_stays_open(tmp_path: Path) -> None:
    own = filled(tmp_path, None)
    assert (own.found, own.counted, own.weight) == (None, None, 2.0)


@pytest.mark.parametrize(
    ("auto", "known"),
    [
        (Auto(said=("apology",)), False),
        (Auto(step="six-steps/listen"), False),
        (Auto(flags=("escalate-request",), yes_to=0), False),
        (Auto(flags=("lower-volume",), yes_to=0), True),
        (Auto(measure="level_in_pct", yes_from=50), True),
    ],
)
def test_without_a_transcript_only_sound_is_answered(tmp_path: Path, auto: Auto, *, known: bool) -> None:
    assert (filled(tmp_path, auto, model="none").found is not None) is known


def test_a_checklist_that_was_never_opened_is_left_to_people(tmp_path: Path) -> None:
    assert filled(tmp_path, Auto(step="our-mistake/admit")).found is None


def test_too_little_speech_has_no_figures_to_go_by(tmp_path: Path) -> None:
    assert filled(tmp_path, Auto(measure="level_in_pct", yes_from=50), [Interruption("agent", 1.0, 2.0)]).found is None


def test_two_people_on_one_track_leave_all_of_it_to_people(tmp_path: Path) -> None:
    kept = read(folder(tmp_path, info=replace(INFO, mixed=True)))
    own = fill(form(one=Auto(said=("apology",)), two=Auto(measure="talk_share_pct", yes_to=60)), kept, NAMES, "Sue")
    assert [item.found for item in own.items] == [None, None]


@pytest.fixture
def own(tmp_path: Path) -> Card:
    kept = read(folder(tmp_path, said=[*events(), *SORRY]))
    return fill(form(sorry=Auto(said=("apology",)), greets=None), kept, NAMES, "Sue")


def test_the_machine_is_overruled_with_a_note_only(own: Card) -> None:
    with pytest.raises(AnswerError, match=r'The machine answers "sorry" otherwise'):
        answered(own, {"sorry": "no"})
    item = answered(own, {"sorry": "no"}, {"sorry": "that was to herself"}, {"sorry": 44.0}).items[0]
    assert (item.counted, item.note, item.noted_s) == ("no", "that was to herself", 44.0)
    assert item.found
    assert item.found.answer == "yes"


def test_an_answer_can_be_taken_back(own: Card) -> None:
    given = answered(own, {"greets": "no"})
    assert answered(given, {"greets": None}).items[1].counted is None


def test_an_unknown_item_is_refused_with_the_nearest_one(own: Card) -> None:
    with pytest.raises(AnswerError, match=r'has no item "greet"; did you mean "greets"\?'):
        answered(own, {"greet": "yes"})


def test_what_a_person_answered_before_is_there_when_the_call_was_analysed_again(own: Card, tmp_path: Path) -> None:
    given = answered(own, {"greets": "partly"}, {"greets": "no name"})
    kept = read(folder(tmp_path / "again"))
    fresh = fill(form(sorry=Auto(said=("apology",)), greets=None), kept, NAMES, "Sue", given)
    assert fresh.items[0].found
    assert fresh.items[0].found.answer == "no"
    assert (fresh.items[1].answer, fresh.items[1].note) == ("partly", "no name")

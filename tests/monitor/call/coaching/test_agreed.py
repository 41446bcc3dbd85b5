"""Actions are kept beside the marks of a call, and go wherever those go."""

from datetime import date
from pathlib import Path

from monitor.call import marks
from monitor.call.coaching.agreed import Action, ActionAgreed, ActionClosed
from monitor.call.events import Mark
from monitor.call.info import Edited
from monitor.call.wordless import without_words
from monitor.upkeep import signatures
from tests.made_calls import make

AGREED = ActionAgreed(
    *("4f2a91", "Sam Porter", "Kim Lee", "Pause between sentences", "fast_per_10_min"),
    *(date(2026, 3, 2), date(2026, 3, 29), "2026-03-01T16:30:00+00:00"),
)
CLOSED = ActionClosed("4f2a91", "Kim Lee", "2026-03-29T16:00:00+00:00", "Pauses.")


def test_an_action_comes_back_with_what_became_of_it(tmp_path: Path) -> None:
    assert marks.actions(tmp_path) == ()
    marks.add_action(tmp_path, AGREED)
    (found,) = marks.actions(tmp_path)
    assert (found.behaviour, found.until, found.closed) == ("Pause between sentences", date(2026, 3, 29), "")
    marks.add(tmp_path, Mark(1.0, "note", "Good."))
    marks.add_action(tmp_path, CLOSED)
    (found,) = marks.actions(tmp_path)
    assert (found.closed, found.closed_by, found.outcome) == (CLOSED.made, "Kim Lee", "Pauses.")
    assert marks.read(tmp_path) == (Mark(1.0, "note", "Good."),)


def test_what_closes_an_action_that_is_gone_is_passed_over(tmp_path: Path) -> None:
    marks.add_action(tmp_path, CLOSED)
    assert marks.actions(tmp_path) == ()


def test_with_the_words_of_a_call_go_those_of_its_actions_and_the_measure_stays() -> None:
    edited = Edited("agent", "Kim Lee", "2026-03-02")
    agreed, closed, kept = without_words([AGREED, CLOSED, edited])
    assert (agreed.behaviour, agreed.measure, closed.why, kept) == ("", "fast_per_10_min", "", edited)  # type: ignore[union-attr]


def test_a_name_that_is_forgotten_goes_from_the_actions_of_other_calls(tmp_path: Path) -> None:
    folder = make(tmp_path)
    for event in (AGREED, CLOSED):
        marks.add_action(folder, event)
    assert signatures.remove(tmp_path, "kim lee") == [folder]
    (found,) = marks.actions(folder)
    assert found == Action(
        *("4f2a91", "Sam Porter", "", "Pause between sentences", "fast_per_10_min", AGREED.since, AGREED.until),
        *(AGREED.made, CLOSED.made, "", "Pauses."),
    )


def test_a_dispute_stands_until_the_flag_is_judged_again() -> None:
    confirmed, disputed = Mark(52.0, "confirm", rule="slow-down"), Mark(52.0, "dispute", "Echo.", rule="slow-down")
    other = Mark(70.0, "dismiss", rule="slow-down")
    assert marks.disputes([confirmed, disputed, other]) == {("slow-down", 52.0): disputed}
    assert marks.disputes([disputed, confirmed]) == {}

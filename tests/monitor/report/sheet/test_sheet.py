"""The coaching sheet: what it says of made-up calls is true of them, and nothing else is said."""

from collections.abc import Iterable
from pathlib import Path

import pytest

from audio.values import Interruption, ToneSample, Turn
from monitor.call.events import CallEvent
from monitor.report.facts import of_call
from monitor.report.sheet import sheet_text
from monitor.report.sheet.coaching import NOTHING, Sheet, sheet
from monitor.report.sheet.practice import practice
from monitor.report.stored_call import StoredCall, read
from rules.model import Noticed, Speaker
from tests.made_calls import info, make, prompted, said


def voice(speaker: Speaker, from_s: int, to_s: int, over_db: float = 0.0, over_pct: float = 0.0) -> list[CallEvent]:
    return [
        ToneSample(
            speaker,
            tenth / 10,
            (tenth + 1) / 10,
            speaking=True,
            level_dbfs=-30 + over_db,
            level_over_baseline_db=over_db,
            articulation_rate_sps=5.0,
            rate_over_baseline_pct=over_pct,
        )
        for tenth in range(from_s * 10, to_s * 10)
    ]


def kept(root: Path, events: Iterable[CallEvent], *, words: bool = True) -> StoredCall:
    from dataclasses import replace  # noqa: PLC0415

    return read(make(root, events, replace(info(), model="tiny.en" if words else "none")))


def sheet_of(root: Path, *events: CallEvent, words: bool = True) -> Sheet:
    return sheet(kept(root, events, words=words))


def fast_times(count: int, over_pct: float = 30.0) -> list[CallEvent]:
    return [event for at_s in range(20, 20 + 20 * count, 20) for event in voice("agent", at_s, at_s + 3, 0, over_pct)]


def test_what_was_calm_has_nothing_to_coach(tmp_path: Path) -> None:
    made = kept(tmp_path, voice("agent", 10, 40))
    assert sheet(made).practice is None
    assert NOTHING in list(sheet_text.lines(of_call(made)))


def test_three_times_outside_the_usual_are_practised_and_two_are_not(tmp_path: Path) -> None:
    assert sheet_of(tmp_path / "two", *fast_times(2)).practice is None
    found = sheet_of(tmp_path / "three", *fast_times(3)).practice
    assert found
    assert (
        found.sentence == "The agent spoke faster than usual three times: +30 % at 0:20, +30 % at 0:40, +30 % at 1:00."
    )


def test_what_is_furthest_from_the_usual_goes_first_and_is_played(tmp_path: Path) -> None:
    loud = [event for at_s in (30, 70) for event in voice("agent", at_s, at_s + 3, 8.0)] + voice("agent", 90, 93, 14.0)
    found = sheet_of(tmp_path, *fast_times(3, 13.0), *loud).practice
    assert found
    assert found.kind == "level"
    assert (found.play_from_s, found.play_to_s) == (84.0, 104.0)
    assert "at 1:30" in found.question


def test_what_is_played_comes_with_its_words(tmp_path: Path) -> None:
    cuts = [Interruption("agent", at_s, at_s + 1) for at_s in (20.0, 50.0, 80.0)]
    found = practice(kept(tmp_path, [*cuts, said("but I have told you", 17.0), said("that is far away", 70.0)]))
    assert found
    assert found.sentence == "The agent cut in three times: 0:20, 0:50, 1:20."
    assert [words for _, _, words in found.lines] == ["but I have told you"]


def complaint(at_s: float) -> Noticed:
    return Noticed("complaint", "customer", at_s, at_s + 1, "it still fails")


def test_a_complaint_is_answered_within_twenty_seconds_of_the_turn(tmp_path: Path) -> None:
    turns = [Turn("customer", at_s, at_s + 6) for at_s in (10.0, 40.0, 70.0, 100.0)]
    complaints = [complaint(at_s + 2) for at_s in (10.0, 40.0, 70.0, 100.0)]
    sorry = Noticed("apology", "agent", 95.0, 96.0, "I am sorry")
    found = practice(kept(tmp_path / "one", [*turns, *complaints, sorry]))
    assert found
    assert found.sentence.startswith("Three times the customer complained")
    assert found.sentence.endswith("0:12, 0:42, 1:42.")
    sooner = Noticed("acknowledgement", "agent", 60.0, 61.0, "I understand")
    assert practice(kept(tmp_path / "two", [*turns, *complaints, sorry, sooner])) is None


@pytest.mark.parametrize(("seen", "count"), [(True, 1), (False, 0)])
def test_only_a_prompt_that_was_seen_and_followed_is_a_strength(tmp_path: Path, *, seen: bool, count: int) -> None:
    followed = prompted("lower-volume", 40.0, "followed", seen=seen)
    found = sheet_of(tmp_path, *followed, said("so let us look at it", 41.0, "agent")).strengths
    assert len(found) == count
    if found:
        assert found[0].sentence == "The agent lowered their voice after the prompt at 0:40."
        assert found[0].quote == "so let us look at it"


def test_a_strength_is_an_answer_at_its_moment_and_no_words_stand_for_two(tmp_path: Path) -> None:
    events = [
        complaint(30.0),
        Noticed("acknowledgement", "agent", 40.0, 41.0, "you are right"),
        Noticed("apology", "agent", 42.0, 43.0, "I am sorry"),
        Noticed("acknowledgement", "agent", 90.0, 91.0, "I see"),
        said("you are right and I am sorry", 39.5, "agent"),
    ]
    (found,) = sheet_of(tmp_path, *events).strengths
    assert found.sentence == "The agent acknowledged what the customer complained about at 0:30."
    assert found.quote == "you are right and I am sorry"


def test_the_customer_is_compared_with_their_own_start(tmp_path: Path) -> None:
    loud = [*voice("customer", 0, 20), *voice("customer", 40, 50, 9.0), *voice("customer", 60, 80, 1.0)]
    events = [*loud, complaint(45.0), Noticed("acknowledgement", "agent", 55.0, 56.0, "I see"), complaint(62.0)]
    assert sheet_of(tmp_path, *events).customer == (
        "The customer was loudest at 0:40, +9 dB over the start; 21 s later it was back.",
        "At the end the volume was +1 dB, the rate +0 % against the start.",
        "Complaints: 1 before the agent took them up at 0:55, 1 after.",
    )


def test_without_a_transcript_nothing_is_said_of_words(tmp_path: Path) -> None:
    found = sheet_of(tmp_path, *voice("customer", 0, 40), complaint(20.0), words=False)
    assert found.customer[0] == "The customer’s volume stayed within 3 dB of the start."
    assert not any("omplaint" in sentence for sentence in found.customer)
    assert "no transcript" in found.remark

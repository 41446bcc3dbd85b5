"""The coaching sheet: what it says of made-up calls is true of them, and nothing else is said."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from audio.values import DeadAir, Interruption, ToneSample, Turn
from monitor.call.events import CallEvent
from monitor.pipeline.one_track import ESTIMATED
from monitor.report.facts import of_call
from monitor.report.sheet import sheet_text
from monitor.report.sheet.coaching import NOTHING, Sheet, sheet
from monitor.report.sheet.practice import practice
from monitor.report.stored_call import StoredCall, read
from monitor.report.usual import Range, Usual
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
    return read(make(root, events, replace(info(), model="tiny.en" if words else "none")))


def sheet_of(root: Path, *events: CallEvent, words: bool = True) -> Sheet:
    return sheet(kept(root, events, words=words))


def fast_times(count: int, over_pct: float = 30.0) -> list[CallEvent]:
    """Nine seconds of fast speech each, more than a rate looks back."""
    return [event for at_s in range(20, 20 + 20 * count, 20) for event in voice("agent", at_s, at_s + 9, 0, over_pct)]


def test_what_was_calm_has_nothing_to_coach(tmp_path: Path) -> None:
    made = kept(tmp_path, voice("agent", 10, 40))
    assert sheet(made).practice is None
    assert NOTHING in list(sheet_text.lines(of_call(made)))


def test_three_times_outside_the_usual_are_practised_and_two_are_only_named(tmp_path: Path) -> None:
    seldom = sheet_of(tmp_path / "two", *fast_times(2))
    assert seldom.practice is None
    assert seldom.listen == (
        "Nothing came up often enough to practise it. Worth hearing: faster than usual at 0:40–0:44 (up to +30 %)."
    )
    found = sheet_of(tmp_path / "three", *fast_times(3)).practice
    assert found
    assert found.sentence == (
        "The agent spoke faster than usual at 0:40–0:44 (up to +30 %) and 1:00–1:04 (up to +30 %)."
    )


def test_a_long_stretch_is_more_than_once(tmp_path: Path) -> None:
    found = sheet_of(tmp_path, *voice("agent", 20, 40, 0, 42.0)).practice
    assert found
    assert found.sentence == "The agent spoke faster than usual at 0:23–0:35 (up to +42 %)."


def test_a_rate_over_old_speech_is_not_that_of_now(tmp_path: Path) -> None:
    late = [event for at_s in (60, 90, 110) for event in voice("agent", at_s, at_s + 2, 0, 39.0)]
    assert sheet_of(tmp_path, *voice("agent", 2, 20), *late).practice is None


def test_what_is_furthest_from_the_usual_goes_first_and_is_played(tmp_path: Path) -> None:
    loud = [event for at_s in (30, 70) for event in voice("agent", at_s, at_s + 3, 8.0)] + voice("agent", 90, 93, 14.0)
    found = sheet_of(tmp_path, *fast_times(3, 13.0), *loud).practice
    assert found
    assert found.kind == "level"
    assert (found.play_from_s, found.play_to_s) == (84.0, 104.0)
    assert found.question == "What happened just before you got louder at 1:30?"


def test_what_is_played_comes_with_its_words_and_unsure_ones_in_brackets(tmp_path: Path) -> None:
    cuts = [Interruption("agent", at_s, at_s + 1) for at_s in (20.0, 50.0, 80.0)]
    unsure = said("but I have told you", 17.0)
    unsure = replace(unsure, words=(*unsure.words[:-1], replace(unsure.words[-1], probability=0.2)))
    found = practice(kept(tmp_path, [*cuts, unsure, said("that is far away", 70.0)]))
    assert found
    assert found.sentence == "Three times, the agent began while the customer was still speaking: 0:20, 0:50 and 1:20."
    assert [words for _, _, words in found.lines] == ["but I have told [you?]"]


def test_what_an_agent_does_in_other_calls_as_well_is_no_deviation(tmp_path: Path) -> None:
    made = kept(tmp_path, [Interruption("agent", at_s, at_s + 1) for at_s in (20.0, 50.0, 80.0)])
    often, never = (Usual(12, {"interruptions_per_10_min": Range(0.0, high)}) for high in (20.0, 5.0))
    assert practice(made, often) is None
    assert practice(made, never)


def test_a_silence_that_was_announced_or_that_the_customer_ended_is_nobody_s_to_practise(tmp_path: Path) -> None:
    quiet = [
        event
        for at_s in (20.0, 50.0, 80.0)
        for event in (DeadAir(at_s, at_s + 9), Turn("agent", at_s + 9, at_s + 12), Turn("customer", at_s - 4, at_s))
    ]
    found = practice(kept(tmp_path / "one", quiet))
    assert found
    assert found.sentence == (
        "Three times, there was silence for 8 s or more, which the agent ended: 0:20–0:29, 0:50–0:59 and 1:20–1:29."
    )
    wait = Noticed("hold", "agent", 18.0, 19.0, "one moment")
    assert practice(kept(tmp_path / "two", [*quiet, wait])) is None


def complaint(at_s: float) -> Noticed:
    return Noticed("complaint", "customer", at_s, at_s + 1, "it still fails")


def test_a_complaint_is_answered_within_twenty_seconds_of_the_turn(tmp_path: Path) -> None:
    turns = [Turn("customer", at_s, at_s + 6) for at_s in (10.0, 40.0, 70.0, 100.0)]
    complaints = [complaint(at_s + 2) for at_s in (10.0, 40.0, 70.0, 100.0)]
    sorry = Noticed("apology", "agent", 95.0, 96.0, "I am sorry")
    found = practice(kept(tmp_path / "one", [*turns, *complaints, sorry]))
    assert found
    assert found.sentence == (
        "Three times, a complaint was neither acknowledged nor paraphrased in the next 20 s: 0:12, 0:42 and 1:42."
    )
    sooner = Noticed("acknowledgement", "agent", 60.0, 61.0, "I understand")
    assert practice(kept(tmp_path / "two", [*turns, *complaints, sorry, sooner])) is None


@pytest.mark.parametrize(("seen", "count"), [(True, 1), (False, 0)])
def test_only_a_prompt_that_was_seen_and_followed_is_a_strength(tmp_path: Path, *, seen: bool, count: int) -> None:
    followed = prompted("lower-volume", 40.0, "followed", seen=seen)
    found = sheet_of(tmp_path, *followed, said("so let us look at it", 41.0, "agent")).strengths
    assert len(found) == count
    if found:
        assert found[0].sentence == "After the prompt at 0:40 the agent lowered their voice."
        assert found[0].quote == "so let us look at it"


def test_a_strength_is_an_answer_at_its_moment_and_no_words_stand_for_two(tmp_path: Path) -> None:
    events = [
        complaint(30.0),
        Noticed("acknowledgement", "agent", 40.0, 41.0, "you are right"),
        Noticed("apology", "agent", 42.0, 43.0, "I am sorry"),
        Noticed("acknowledgement", "agent", 90.0, 91.0, "I see"),
        said("Well. It still fails.", 29.0),
        said("you are right and I am sorry", 39.5, "agent"),
    ]
    (found,) = sheet_of(tmp_path, *events).strengths
    assert found.sentence == "At 0:39 the agent acknowledged what the customer had said at 0:30: “It still fails”."
    assert found.quote == "you are right and I am sorry"


def test_the_customer_is_compared_with_their_own_start(tmp_path: Path) -> None:
    loud = [*voice("customer", 0, 20), *voice("customer", 40, 50, 9.0), *voice("customer", 60, 80, 1.0)]
    events = [*loud, complaint(45.0), Noticed("acknowledgement", "agent", 55.0, 56.0, "I see"), complaint(62.0)]
    volume, end, words = sheet_of(tmp_path, *events).customer
    assert volume.startswith("The customer was loudest at 0:42, 9 dB louder than at the start; ")
    assert volume.endswith("; 19 s later the volume was within 3 dB of the start again.")
    assert end == (
        "In the last 15 s of speech the customer was 1 dB louder than in the first 15 s, and spoke at the same rate."
    )
    assert words == (
        "Words of complaint were noticed at 0:45; the agent’s acknowledgement came at 0:55. More were noticed at 1:02."
    )


def test_a_customer_who_stays_loud_and_is_not_answered(tmp_path: Path) -> None:
    events = [*voice("customer", 0, 20), *voice("customer", 40, 60, 9.0), complaint(45.0), complaint(50.0)]
    volume, _, words = sheet_of(tmp_path, *events).customer
    assert volume.endswith(" 9 dB louder than at the start, and stayed more than 3 dB louder to the end.")
    assert words.startswith("Words of complaint were noticed at 0:45 and 0:50; no acknowledgement, apology or ")


def test_without_a_transcript_nothing_is_said_of_words(tmp_path: Path) -> None:
    found = sheet_of(tmp_path, *voice("customer", 0, 40), complaint(20.0), words=False)
    assert found.customer[0] == "The customer was never 3 dB louder than at the start for 5 s of speech."
    assert not any("omplaint" in sentence for sentence in found.customer)
    assert "This call has no transcript: only its sound is considered." in found.remarks


def test_what_only_a_classifier_or_the_first_pass_heard_is_not_said(tmp_path: Path) -> None:
    other = said("it is all fine now", 45.0)
    events = [replace(complaint(30.0), classified=True), complaint(45.0), other]
    assert sheet_of(tmp_path, *events).customer == ()


def test_a_sheet_says_what_it_could_not_know(tmp_path: Path) -> None:
    about = replace(info(closed=False), speakers=("agent",), model="tiny.en", separated=True)
    made = read(make(tmp_path, voice("agent", 2, 6), about))
    assert sheet(made).remarks == (
        "The call broke off or is still in progress: this sheet covers it up to 0:06.",
        ESTIMATED,
        "The recording has one channel, taken as the agent’s.",
    )


def test_words_in_another_language_stay_as_they_were_said(tmp_path: Path) -> None:
    wishes = Noticed("good-wishes", "agent", 110.0, 111.0, "schönen Tag")
    (found,) = sheet_of(tmp_path, wishes, said("Ich wünsche Ihnen noch einen schönen Tag.", 108.0, "agent")).strengths
    assert found.quote == "Ich wünsche Ihnen noch einen schönen Tag."
    assert found.sentence == "At 1:48 the agent ended with thanks or good wishes."


@pytest.mark.parametrize(("at_s", "count"), [(14.0, 0), (112.0, 1)])
def test_good_wishes_count_at_the_end_only(tmp_path: Path, at_s: float, count: int) -> None:
    thanks = Noticed("good-wishes", "agent", at_s, at_s + 1, "thank you for letting me know")
    assert len(sheet_of(tmp_path, thanks).strengths) == count

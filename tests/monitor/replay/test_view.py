from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audio.values import Backchannel, DeadAir, Interruption, Utterance, Word
from monitor.call.events import CallEvent, Ended, Gap, Health, Mark, PromptCleared, PromptShown
from monitor.catalogue.hits import Found
from monitor.replay.call_log import CallLog
from monitor.replay.curves import TonePoint, no_curves
from monitor.replay.lanes import Window, gaps, overlap, tone, window
from monitor.replay.moments import card_at, moment_at, moments, prompts_shown
from monitor.replay.transcript import Transcript
from monitor.replay.view import ReplayView, opened
from rules.model import Firing, Prompt

FAST = Firing("slow-down", "agent", 60.0, 5.9, 4.8, 5.5, "prompt", "slow_down")
AGAIN = replace(FAST, start_s=120.0)
ASKED = Firing("manager-asked-for", "customer", 90.0, None, None, None, "urgent", "escalate", ("a manager",))
PROMPT = Prompt("slow-down", "slow_down", "prompt", "Slow down", "5.9 syllables/s", "Pause.", 60.2)
DOWN = replace(PROMPT, until_s=68.0, outcome="followed", after="followed")


def spoken(start_s: float, text: str, speaker: str = "agent") -> Utterance:
    words = [Word(start_s + i, start_s + i + 0.8, word, 0.9) for i, word in enumerate(text.split())]
    return Utterance(speaker, start_s, words[-1].end_s, tuple(words), words[-1].end_s)


TALK = (
    spoken(10, "Good morning, this is Ada."),
    spoken(20, "I want to speak to a manager.", "customer"),
    spoken(40, "I want to help you; may I?"),
)


def log_of(events: Sequence[CallEvent] = (), *, duration_s: float = 600.0, marks: Iterable[Mark] = ()) -> CallLog:
    talk = tuple(event for event in events if isinstance(event, Utterance))
    return CallLog(
        Path("call"), duration_s=duration_s, events=tuple(events), utterances=talk, marks=tuple(marks), sound=()
    )


def view_of(events: Sequence[CallEvent] = (), **log: object) -> ReplayView:
    return opened(log_of(events, **log), ())  # type: ignore[arg-type]


class TestMoments:
    def test_a_flag_knows_what_was_shown_of_it_and_what_came_of_that(self) -> None:
        (moment,) = moments(log_of([FAST, PromptShown(PROMPT, 0.25), PromptCleared(DOWN)]))
        assert moment.firing == FAST
        assert moment.shown is not None
        assert (moment.shown.prompt, moment.shown.delay_s, moment.shown.from_s) == (DOWN, 0.25, 60.45)

    def test_what_the_budget_held_back_was_not_shown(self) -> None:
        first, second = moments(log_of([FAST, PromptShown(PROMPT), AGAIN]))
        assert first.shown
        assert second.shown is None

    def test_a_prompt_belongs_to_the_latest_flag_of_its_rule(self) -> None:
        late = replace(PROMPT, since_s=121.0)
        first, second = moments(log_of([FAST, AGAIN, PromptShown(late)]))
        assert first.shown is None
        assert second.shown is not None
        assert second.shown.prompt == late

    def test_a_prompt_whose_flag_is_missing_is_a_moment_of_its_own(self) -> None:
        (moment,) = moments(log_of([PromptShown(PROMPT)]))
        assert (moment.firing, moment.rule, moment.start_s) == (None, "slow-down", 60.2)

    def test_the_agents_own_flags_are_moments_without_a_rule(self) -> None:
        marks = [Mark(30.0, "flag"), Mark(31.0, "note", "x")]
        assert [(moment.start_s, moment.rule) for moment in moments(log_of(marks=marks))] == [(30.0, "")]

    def test_the_latest_verdict_counts(self) -> None:
        marks = [
            Mark(60.0, "confirm", rule="slow-down"),
            Mark(60.0, "dismiss", "misheard", rule="slow-down"),
            Mark(60.0, "confirm", rule="other"),
        ]
        (moment,) = moments(log_of([FAST], marks=marks))
        assert moment.verdict == marks[1]

    def test_the_moment_looked_at_is_the_last_that_began_or_the_one_gone_to(self) -> None:
        found = moments(log_of([FAST, ASKED]))
        assert moment_at(found, 59.0) is None
        assert moment_at(found, 60.0) is found[0]
        assert moment_at(found, 89.0) is found[0]
        assert moment_at(found, 85.0, chosen=found[1]) is found[1]
        assert moment_at(found, 70.0, chosen=found[1]) is found[0]
        assert moment_at(found, 95.0, chosen=found[0]) is found[1]

    def test_a_note_in_passing_does_not_hide_the_prompt_on_show(self) -> None:
        note = replace(FAST, rule="flat-pitch", start_s=62.0, severity="note")
        first, second = found = moments(log_of([FAST, PromptShown(PROMPT), PromptCleared(DOWN), note]))
        assert [moment_at(found, at_s) for at_s in (61.0, 63.0, 70.0)] == [first, first, second]
        assert moment_at(found, 63.0, chosen=second) is second


class TestWhatTheAgentSaw:
    log = log_of(
        [
            PromptShown(PROMPT, 0.3),
            PromptCleared(DOWN),
            Health(80.0, "microphone", fine=False, note="No sound."),
            Health(90.0, "microphone", fine=True, note="Back."),
        ]
    )

    @pytest.mark.parametrize(
        ("at_s", "title"),
        [
            (60.4, "Listening"),
            (60.6, "Slow down"),
            (67.9, "Slow down"),
            (68.1, "Listening"),
            (85.0, "Check your microphone"),
            (91.0, "Listening"),
        ],
    )
    def test_is_the_card_at_that_time_delay_and_all(self, at_s: float, title: str) -> None:
        assert card_at(self.log, prompts_shown(self.log), at_s).title == title

    def test_a_prompt_that_never_went_stayed(self) -> None:
        log = log_of([PromptShown(PROMPT)])
        assert card_at(log, prompts_shown(log), 500.0).title == "Slow down"


class TestTranscript:
    transcript = Transcript(TALK)

    def test_knows_the_line_and_the_word_being_said(self) -> None:
        assert [self.transcript.line_at(at_s) for at_s in (5.0, 10.0, 19.0, 20.0, 99.0)] == [None, 0, 0, 1, 2]
        assert [self.transcript.word_at(at_s, 0) for at_s in (10.0, 12.5, 15.5, 19.0)] == [0, 2, 4, None]

    def test_finds_words_in_a_row_in_any_case_and_without_punctuation(self) -> None:
        assert self.transcript.search("WANT to") == (Found(1, 1, 2), Found(2, 1, 2))
        assert self.transcript.search("morning this") == (Found(0, 1, 2),)
        assert self.transcript.search("a man") == (Found(1, 5, 6),), "the last word may be its start"
        assert self.transcript.search("ada i want") == (), "not across utterances"
        assert self.transcript.search(" ?! ") == ()

    def test_goes_from_word_to_word_across_utterances(self) -> None:
        forward = [10.0, 11.0, 14.0]
        assert [self.transcript.next_word_s(at_s, 1) for at_s in forward] == [11.0, 12.0, 20.0]
        assert [self.transcript.next_word_s(at_s, -1) for at_s in (20.0, 10.5, 10.0)] == [14.0, 10.0, None]


class TestGoing:
    def test_from_flag_to_flag_and_back(self) -> None:
        view = view_of([FAST, ASKED, AGAIN])
        places = []
        for step in (1, 1, 1, -1, -1):
            view = view.to_moment(step)
            places.append(view.at_s)
        assert places == [60.0, 90.0, 120.0, 90.0, 60.0]
        assert view.to_moment(-1).said == "There are no earlier flags."
        assert view.at(125.0).to_moment(1).said == "There are no more flags."

    def test_back_from_within_a_moment_goes_to_its_start(self) -> None:
        assert view_of([FAST, ASKED]).at(100.0).to_moment(-1).at_s == 90.0

    def test_two_flags_at_one_time_are_both_reached(self) -> None:
        view = view_of([FAST, replace(ASKED, start_s=60.0), AGAIN])
        rules = []
        for _ in range(3):
            view = view.to_moment(1)
            rules.append(view.moment.rule if view.moment else "")
        assert sorted(rules[:2]) == ["manager-asked-for", "slow-down"]
        assert rules[2] == "slow-down"

    def test_by_lines(self) -> None:
        view = view_of(TALK)
        assert [view.at(at_s).to_line(1).at_s for at_s in (0.0, 12.0, 45.0)] == [10.0, 20.0, 40.0]
        assert [view.at(at_s).to_line(-1).at_s for at_s in (12.0, 45.0)] == [10.0, 20.0]
        assert view_of().to_line(1).said == "There is no transcript."

    def test_through_what_was_found_round_and_round(self) -> None:
        view = view_of(TALK).search("i want")
        assert (view.at_s, view.said) == (20.0, "“i want”: 1 of 2")
        assert [view.to_found(1).at_s, view.to_found(1).to_found(1).at_s] == [40.0, 20.0]
        assert view.to_found(-1).at_s == 40.0
        assert view_of(TALK).at(30.0).search("i want").at_s == 40.0, "from the cursor on"

    def test_what_was_not_said_is_not_found(self) -> None:
        view = view_of(TALK).search("router")
        assert (view.found, view.said, view.at_s) == ((), "“router” was not said.", 0.0)

    @given(st.floats(-1e6, 1e6))
    def test_never_out_of_the_call(self, at_s: float) -> None:
        assert 0.0 <= view_of().sought(at_s).at_s <= 600.0


class TestZoom:
    def test_goes_from_the_whole_call_to_30_s_and_back(self) -> None:
        view = view_of(duration_s=3600.0)
        spans = [view.span_s]
        for _ in range(7):
            view = view.zoomed(1)
            spans.append(view.span_s)
        assert spans == [3600, 1800, 600, 300, 120, 60, 30, 30]
        for _ in range(9):
            view = view.zoomed(-1)
        assert view.zoom_s is None

    @given(st.floats(0, 600), st.sampled_from([30.0, 60.0, 120.0, 300.0]))
    def test_the_cursor_is_always_in_sight_with_what_surrounds_it(self, at_s: float, zoom_s: float) -> None:
        view = replace(view_of(), zoom_s=zoom_s).at(at_s)
        assert 0 <= view.left_s <= 600 - zoom_s
        before, after = at_s - view.left_s, view.left_s + zoom_s - at_s
        assert before >= min(zoom_s / 4, at_s) - 1e-6
        assert after >= min(zoom_s / 4, 600 - at_s) - 1e-6

    def test_small_steps_turn_no_page(self) -> None:
        view = replace(view_of(), zoom_s=60.0)
        lefts = {view.at(at / 10).left_s for at in range(600, 890)}
        assert lefts == {45.0}

    @given(st.floats(0.1, 5000))
    def test_a_call_being_followed_shows_its_last_minute(self, duration_s: float) -> None:
        view = opened(log_of(duration_s=duration_s), (), following=True)
        assert view.at_s == duration_s
        assert view.left_s <= max(duration_s - 45, 0.0)
        assert view.left_s + view.span_s > duration_s

    @given(st.floats(0, 500), st.floats(1, 100), st.integers(1, 300), st.floats(0, 1, exclude_max=True))
    def test_times_and_columns_agree(self, left_s: float, span_s: float, columns: int, share: float) -> None:
        shown = Window(left_s, span_s, columns)
        column = shown.column(left_s + share * span_s)
        assert 0 <= column < columns
        assert shown.column(shown.time_s(column) + span_s / columns / 2) == column
        assert shown.column(left_s - 1) == -1
        assert shown.column(left_s + span_s + 1) >= columns


class TestListening:
    def test_speeds_and_mixes(self) -> None:
        view = view_of()
        assert [view.faster(1).speed, view.faster(-1).speed, view.faster(-1).faster(-1).speed] == [1.25, 0.75, 0.75]
        assert [view.other_mix().mix, view.other_mix().other_mix().other_mix().mix] == ["agent", "both"]


class TestTheStretch:
    def test_is_around_the_cursor_until_it_is_set(self) -> None:
        view = view_of().at(100.0)
        assert view.stretch_s == (90.0, 110.0)
        assert view.clip_in().at(130.0).stretch_s == (100.0, 140.0)
        assert view.clip_in().at(130.0).clip_out().at(5.0).stretch_s == (100.0, 130.0)

    def test_never_ends_before_it_begins(self) -> None:
        assert view_of().at(100.0).clip_in().at(50.0).clip_out().stretch_s == (40.0, 50.0)
        assert view_of().at(100.0).clip_out().at(200.0).clip_in().stretch_s == (200.0, 210.0)

    @given(st.lists(st.tuples(st.sampled_from(["clip_in", "clip_out"]), st.floats(0, 600)), max_size=6))
    def test_lies_within_the_call(self, keys: list[tuple[str, float]]) -> None:
        view = view_of()
        for key, at_s in keys:
            view = getattr(view.at(at_s), key)()
            start_s, end_s = view.stretch_s
            assert 0 <= start_s <= end_s <= 600


class TestLanes:
    def test_tone_is_that_of_each_column(self) -> None:
        steps = [
            TonePoint("agent", n / 10, n < 300, -30.0 + n / 30, 5.0 if n < 150 else 20.0, -1.0) for n in range(600)
        ]
        log = replace(log_of(duration_s=60.0), curves={"agent": no_curves().with_steps(steps), "customer": no_curves()})
        view = opened(log, ())
        columns = tone(view, "agent", window(view, 4))
        assert [column.heard for column in columns] == [True] * 4
        assert [column.fastest_pct for column in columns] == [5.0, 20.0, None, None]
        assert columns[0].level_dbfs == pytest.approx(-30 + 149 / 30)
        assert not any(column.heard for column in tone(view, "customer", window(view, 4)))

    def test_what_weighs_more_hides_what_weighs_less(self) -> None:
        events = [DeadAir(0, 30), Backchannel("agent", 12, 13), Interruption("customer", 12, 14)]
        view = view_of(events, duration_s=60.0)
        cells = overlap(view, window(view, 6))
        assert cells == {0: "dead air", 1: "interruption by the customer", 2: "dead air", 3: "dead air"}

    def test_lost_sound_hides_lost_words(self) -> None:
        view = view_of([Gap(10, 25, "sound", ""), Gap(15, 35, "words", ""), Gap(50, 50, "sound", "")], duration_s=60.0)
        assert gaps(view, window(view, 6)) == {1: "sound", 2: "sound", 3: "words"}


def test_what_comes_later_keeps_the_view() -> None:
    view = view_of([FAST, *TALK]).to_moment(1).search("want").zoomed(1)
    later = view.updated(log_of([FAST, *TALK, ASKED, Ended(700.0, "stopped")], duration_s=700.0), ())
    assert (later.at_s, later.zoom_s, len(later.found), len(later.moments)) == (view.at_s, view.zoom_s, 2, 2)
    assert later.following is False

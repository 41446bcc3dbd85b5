from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audio.measure.frames import FRAME
from audio.values import SpeechFrame
from audio.words.utterances import (
    END_FRAMES,
    GROWTH_FRAMES,
    LEAST_SPEECH_FRAMES,
    LONG_FRAMES,
    LONGEST_FRAMES,
    PAUSE_FRAMES,
    PRE_ROLL_FRAMES,
    TAIL_FRAMES,
    Cut,
    Growing,
    Pausing,
    Resumed,
    UtteranceCutter,
)

Item = Cut | Pausing | Resumed | Growing

speaking = st.lists(
    st.tuples(st.booleans(), st.integers(1, 2 * LEAST_SPEECH_FRAMES) | st.integers(100, 400)), max_size=8
).map(lambda runs: [said for said, count in runs for _ in range(count)])
"""Speech and pauses of every length that matters."""


def frames(speech: Sequence[bool], quiet_at: int | None = None) -> list[SpeechFrame]:
    """Frames whose every sample is the frame's number; one of them may be less probable than the rest."""
    return [
        SpeechFrame("agent", at * FRAME, np.full(FRAME, at, np.float32), 0.4 if at == quiet_at else 0.9 * said, said)
        for at, said in enumerate(speech)
    ]


def cut_up(speech: Sequence[bool], quiet_at: int | None = None) -> list[Item]:
    cutter = UtteranceCutter("agent")
    return [item for frame in frames(speech, quiet_at) for item in cutter.feed(frame)] + list(cutter.flush())


def cuts(items: Sequence[Item]) -> list[Cut]:
    return [item for item in items if isinstance(item, Cut)]


def kinds(items: Sequence[Item]) -> list[str]:
    return [type(item).__name__ for item in items if not isinstance(item, Growing)]


def silence(count: int) -> list[bool]:
    return [False] * count


def speech(count: int) -> list[bool]:
    return [True] * count


def test_an_utterance_has_lead_in_and_tail_and_says_when_its_end_was_known() -> None:
    (cut,) = cuts(cut_up(silence(50) + speech(30) + silence(50)))
    assert cut.start == (50 - PRE_ROLL_FRAMES) * FRAME
    assert cut.end == (80 + TAIL_FRAMES) * FRAME
    assert cut.known == (80 + END_FRAMES) * FRAME
    assert np.array_equal(cut.samples, np.repeat(np.arange(cut.start // FRAME, cut.end // FRAME), FRAME))


def test_the_cut_is_announced_in_the_pause_and_comes_just_so() -> None:
    cutter = UtteranceCutter("agent")
    items = [(at, item) for at, frame in enumerate(frames(speech(30) + silence(20))) for item in cutter.feed(frame)]
    (announced_at, pausing), (cut_at, cut) = [(at, item) for at, item in items if not isinstance(item, Growing)]
    assert isinstance(pausing, Pausing)
    assert announced_at == 29 + PAUSE_FRAMES
    assert cut is pausing.cut
    assert cut_at == 29 + END_FRAMES


def test_a_speaker_who_goes_on_takes_the_announced_cut_back() -> None:
    items = cut_up(speech(20) + silence(END_FRAMES - 1) + speech(20) + silence(50))
    assert kinds(items) == ["Pausing", "Resumed", "Pausing", "Cut"]
    assert cuts(items)[0].samples[0] == 0


@pytest.mark.parametrize("count", [1, LEAST_SPEECH_FRAMES - 1])
def test_what_is_too_short_for_a_word_is_nothing(count: int) -> None:
    assert cut_up(silence(20) + speech(count) + silence(50)) == []


def test_the_shortest_word_is_kept() -> None:
    assert len(cuts(cut_up(silence(20) + speech(LEAST_SPEECH_FRAMES) + silence(50)))) == 1


@pytest.mark.parametrize("pause", [0, TAIL_FRAMES - 1, PAUSE_FRAMES, END_FRAMES - 1])
def test_the_end_of_the_call_ends_the_utterance(pause: int) -> None:
    (cut,) = cuts(cut_up(speech(30) + silence(pause)))
    assert cut.end == (30 + min(pause, TAIL_FRAMES)) * FRAME


@pytest.mark.parametrize(("count", "pause"), [(LONG_FRAMES - 1, END_FRAMES), (LONG_FRAMES, PAUSE_FRAMES)])
def test_a_long_utterance_ends_at_its_first_pause(count: int, pause: int) -> None:
    assert len(cuts(cut_up(speech(count) + silence(pause - 1) + speech(20)))) == 1
    first, _ = cuts(cut_up(speech(count) + silence(pause) + speech(20)))
    assert first.known == (count + pause) * FRAME


def test_a_longest_utterance_is_cut_where_speech_is_least_probable() -> None:
    first, second = cuts(cut_up(speech(LONGEST_FRAMES + 100) + silence(50), quiet_at=LONGEST_FRAMES - 40))
    assert first.end == second.start == (LONGEST_FRAMES - 40) * FRAME
    assert first.known == LONGEST_FRAMES * FRAME


def test_a_longest_utterance_that_pauses_at_its_limit_ends_there() -> None:
    first, second = cuts(cut_up(speech(LONGEST_FRAMES - 2) + silence(50) + speech(50) + silence(50)))
    assert first.end == (LONGEST_FRAMES - 2 + TAIL_FRAMES) * FRAME
    assert second.start == (LONGEST_FRAMES + 48 - PRE_ROLL_FRAMES) * FRAME


def test_an_utterance_shows_itself_while_it_grows() -> None:
    growing = [item for item in cut_up(speech(300)) if isinstance(item, Growing)]
    assert [len(item.samples) // FRAME for item in growing] == [23, 46, 69, 92, 115, 138, 165, 197, 236, 283]
    assert {item.start for item in growing} == {0}


def test_nothing_after_the_start_of_an_utterance_is_settled_until_it_ends() -> None:
    cutter = UtteranceCutter("agent")
    settled = []
    for frame in frames(silence(20) + speech(10) + silence(20)):
        list(cutter.feed(frame))
        settled.append(cutter.settled)
    start = (20 - PRE_ROLL_FRAMES) * FRAME
    assert max(settled[:20]) < start
    assert set(settled[21 : 30 + END_FRAMES - 1]) == {start}
    assert settled[-1] > start


@given(speaking)
def test_every_word_is_in_one_cut_and_no_cut_overlaps_another(said: list[bool]) -> None:
    found = cuts(cut_up(said))
    assert all(before.end <= after.start for before, after in pairwise(found))
    assert all(LEAST_SPEECH_FRAMES * FRAME <= cut.end - cut.start == len(cut.samples) for cut in found)
    assert all(cut.end - cut.start <= (LONGEST_FRAMES + END_FRAMES) * FRAME for cut in found)
    inside = np.zeros(len(said), bool)
    for cut in found:
        inside[cut.start // FRAME : cut.end // FRAME] = True
    for at in range(len(said) - LEAST_SPEECH_FRAMES + 1):
        if all(said[at : at + LEAST_SPEECH_FRAMES]):
            assert inside[at : at + LEAST_SPEECH_FRAMES].all()


@given(speaking)
def test_a_cut_comes_as_announced_or_is_taken_back(said: list[bool]) -> None:
    announced = None
    for item in cut_up(said):
        match item:
            case Pausing(cut):
                assert announced is None
                announced = cut
            case Resumed():
                assert announced is not None
                announced = None
            case Cut():
                assert announced in {None, item}
                announced = None
            case Growing():
                assert announced is None
    assert announced is None


@given(speaking)
def test_nothing_begins_before_what_is_settled(said: list[bool]) -> None:
    cutter = UtteranceCutter("agent")
    settled = [0]
    for frame in frames(said):
        items = list(cutter.feed(frame))
        assert all(cut.start >= settled[-1] for cut in cuts(items))
        assert cutter.settled >= settled[-1]
        settled.append(cutter.settled)
    assert all(cut.start >= settled[-1] for cut in cutter.flush())
    assert cutter.settled >= settled[-1]
    assert not cutter.flush()


def test_what_work_on_an_announced_cut_hears_does_not_show_again_at_once() -> None:
    spoken = GROWTH_FRAMES - PRE_ROLL_FRAMES
    items = cut_up([*silence(20), *speech(spoken - 3), *silence(PAUSE_FRAMES), *speech(GROWTH_FRAMES)])
    (growing,) = (item for item in items if isinstance(item, Growing))
    (pausing,) = (item for item in items if isinstance(item, Pausing))
    assert (
        growing.start + len(growing.samples) == pausing.cut.end + (PAUSE_FRAMES - TAIL_FRAMES + GROWTH_FRAMES) * FRAME
    )

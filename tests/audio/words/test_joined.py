from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from audio.block import SAMPLE_RATE_HZ, AudioBlock, Samples
from audio.values import Utterance, Word
from audio.words.joined import LONGEST, JoinedSound, Piece, pieces

CALL = np.arange(60 * SAMPLE_RATE_HZ, dtype=np.float32)
"""Each sample says where it is."""


def spoken(start_s: float, end_s: float) -> Utterance:
    return Utterance("agent", start_s, end_s, (), end_s)


def joined(found: tuple[Piece, ...], length: int = LONGEST) -> list[tuple[Piece, Samples]]:
    sound = JoinedSound({"agent": found})
    blocks = (AudioBlock("agent", start, CALL[start : start + length]) for start in range(0, len(CALL), length))
    return [*(one for block in blocks for one in sound.feed(block)), *sound.flush()]


def test_utterances_are_joined_until_a_piece_is_full() -> None:
    found = pieces([spoken(1, 11), spoken(12, 22), spoken(30, 40)])
    assert [[one.utterance.start_s for one in piece.stretches] for piece in found] == [[1, 12], [30]]


def test_a_short_pause_stays_and_of_a_long_one_what_is_near_to_speech() -> None:
    (piece,) = pieces([spoken(1.0, 2.0), spoken(3.0, 4.0), spoken(7.0, 8.0)])
    edges = [(one.start, one.end) for one in piece.stretches]
    assert edges == [(9_600, 40_000), (40_000, 70_400), (105_600, 134_400)]


def test_an_utterance_inside_another_is_left_out() -> None:
    (piece,) = pieces([spoken(1, 5), spoken(2, 3), spoken(6, 7)])
    assert [one.utterance.start_s for one in piece.stretches] == [1, 6]


@given(st.integers(1, 200_000))
def test_the_sound_of_a_piece_does_not_depend_on_how_it_was_cut(length: int) -> None:
    found = pieces([spoken(1, 2), spoken(3, 4.5), spoken(20, 45)])
    whole = joined(found)
    assert [piece for piece, _ in whole] == list(found)
    assert [len(sound) for _, sound in whole] == [piece.length for piece in found]
    for (_, sound), (_, again) in zip(whole, joined(found, max(length, 4_000)), strict=True):
        assert np.array_equal(sound, again)


def test_a_piece_behind_the_end_of_the_sound_gets_what_there_is() -> None:
    (piece,) = pieces([spoken(59, 61)])
    (found,) = joined((piece,))
    assert len(found[1]) == len(CALL) - piece.stretches[0].start


def test_words_come_back_to_the_utterance_in_which_they_were_said() -> None:
    (piece,) = pieces([spoken(10.0, 11.0), spoken(20.0, 21.0)])
    words = [Word(0.5, 0.8, "Good", 0.91234), Word(0.9, 1.2, "morning.", 0.9), Word(2.3, 2.6, "Hello?", 0.8)]
    first, second = piece.heard_again(words)
    assert (first.start_s, [word.text for word in first.words]) == (10.0, ["Good", "morning."])
    assert first.words[0] == Word(10.1, 10.4, "Good", 0.912)
    assert second.words == (Word(20.1, 20.4, "Hello?", 0.8),)


@given(st.lists(st.tuples(st.floats(-1, 8), st.floats(-1, 8))))
def test_words_stay_in_their_utterance_and_follow_each_other(times: list[tuple[float, float]]) -> None:
    (piece,) = pieces([spoken(10, 11), spoken(20, 23)])
    again = piece.heard_again([Word(start_s, end_s, "word", 1.0) for start_s, end_s in times])
    assert sum(len(one.words) for one in again) == len(times)
    for one in again:
        edges_s = one.start_s, one.end_s
        assert all(edges_s[0] - 0.001 <= word.start_s <= word.end_s <= edges_s[1] + 0.001 for word in one.words)
        assert all(before.end_s <= after.start_s for before, after in pairwise(one.words))

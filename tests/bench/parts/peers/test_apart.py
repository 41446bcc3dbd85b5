"""The score of telling two voices apart."""

import numpy as np

from bench.comparisons.resemblyzer import FRAMES, STEP, by_moment, by_samples
from bench.parts.peers import apart


def test_the_voices_may_be_called_either_way_round_and_moments_of_both_or_nobody_do_not_count() -> None:
    truth = np.array([0, 0, 0, -1, 1, 1])
    assert apart.right_share(np.array([1, 1, 1, 1, 0, 0]), truth) == 1
    assert apart.right_share(np.array([0, 0, 1, 1, 1, 1]), truth) == 0.8


def test_a_recording_that_is_taken_for_one_voice_is_right_for_the_one_who_speaks_more() -> None:
    assert apart.right_share(np.zeros(10, np.int64), np.array([0] * 4 + [1] * 6)) == 0.6


def test_a_sample_of_a_voice_is_from_its_longest_stretch_alone() -> None:
    truth = np.array([0] * 5 + [1] * 3 + [-1] * 2 + [1] * 4 + [0] * 2)
    assert apart.samples_of(truth) == (slice(0, 5), slice(10, 14))


def test_a_moment_has_the_voice_of_the_window_around_it() -> None:
    voices = np.array([0, 0, 1, 1])
    given = by_moment(voices, FRAMES + 4 * STEP)
    assert given[0] == 0
    assert given[FRAMES // 2 + STEP] == 0
    assert given[FRAMES // 2 + 2 * STEP] == 1
    assert given[-1] == 1


def test_windows_go_to_the_voice_whose_sample_they_are_nearer_to() -> None:
    embedded = np.eye(2, dtype=np.float32)[[0, 0, 1, 1, 0]]
    middles = np.arange(5) * STEP + FRAMES // 2
    first, second = slice(int(middles[0]), int(middles[1]) + 1), slice(int(middles[2]), int(middles[3]) + 1)
    assert by_samples(embedded, (first, second)).tolist() == [0, 0, 1, 1, 0]

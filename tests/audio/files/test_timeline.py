"""Where decoded frames belong."""

import pytest

from audio.files.timeline import Timeline


def starts(times_s: list[float | None], *, begin_s: float | None = None) -> list[int]:
    timeline = Timeline(100, begin_s)
    return [timeline.place(time_s, 10) for time_s in times_s]


def test_frames_follow_each_other_whatever_time_the_first_has() -> None:
    assert starts([5.0, 5.1, 5.2]) == [0, 10, 20]


def test_times_that_are_rounded_are_no_jump() -> None:
    assert starts([0.0, 0.13, 0.17, 0.34]) == [0, 10, 20, 30]


def test_a_frame_without_a_time_follows_the_one_before() -> None:
    assert starts([0.0, None, 0.2]) == [0, 10, 20]


def test_what_is_missing_keeps_its_place() -> None:
    assert starts([0.0, 0.1, 3.0, 3.1]) == [0, 10, 300, 310]


def test_a_clock_that_begins_anew_goes_on() -> None:
    assert starts([0.0, 0.1, 0.0, 0.1, 1.1]) == [0, 10, 20, 30, 130]


def test_a_time_that_is_damaged_moves_nothing() -> None:
    assert starts([0.0, 1e6, 1e6 + 0.1]) == [0, 10, 20]


def test_a_track_that_begins_later_than_the_file_is_silent_before() -> None:
    assert starts([2.0, 2.1], begin_s=0.0) == [200, 210]


def test_no_jump_is_too_small_where_sound_is_known_to_be_missing() -> None:
    timeline = Timeline(100)
    timeline.place(0.0, 10)
    assert timeline.place(0.14, 10, exactly=True) == pytest.approx(14)

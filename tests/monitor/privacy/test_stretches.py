"""Stretches that are not kept: which become one, and silence in their place and nowhere else."""

from itertools import combinations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from audio.block import SAMPLE_RATE_HZ
from monitor.privacy.stretches import TOGETHER_S, HiddenStretch, HiddenStretches, Why, silenced

WHYS: tuple[Why, ...] = ("card number", "security code", "keys")
ADDED = st.tuples(st.floats(0, 20), st.floats(0.1, 3), st.sampled_from(WHYS))


def test_a_number_and_the_code_behind_it_leave_nothing_between_them_to_be_heard() -> None:
    stretches = HiddenStretches()
    stretches.add(1.0, 3.0, "card number")
    stretches.add(3.5, 4.0, "security code")
    assert list(stretches) == [HiddenStretch(1.0, 3.0, "card number"), HiddenStretch(3.0, 4.0, "security code")]


@given(st.lists(ADDED, max_size=8))
def test_all_that_is_added_is_taken_in_and_so_is_what_lies_between_near_ones(
    added: list[tuple[float, float, Why]],
) -> None:
    stretches = HiddenStretches()
    for start_s, long_s, why in added:
        stretches.add(start_s, start_s + long_s, why)
    at_s = np.arange(0, 24, 0.01)
    quiet = np.any([(at_s >= one.start_s) & (at_s <= one.end_s) for one in stretches], axis=0) & (at_s >= 0)
    spans = [(start_s, start_s + long_s) for start_s, long_s, _ in added]
    assert all(quiet[(at_s >= start_s) & (at_s <= end_s)].all() for start_s, end_s in spans)
    for one, other in combinations(sorted(spans), 2):
        if other[0] - one[1] < TOGETHER_S:
            assert quiet[(at_s >= one[1]) & (at_s <= other[0])].all()
    near = np.any([(at_s > start_s - TOGETHER_S) & (at_s < end_s + TOGETHER_S) for start_s, end_s in spans], axis=0)
    assert not (quiet & ~near).any()
    assert {one.why for one in stretches} == {why for *_, why in added}


@given(st.floats(0, 10), st.floats(0, 10), st.floats(0, 5), st.sampled_from([(), (2,)]))
def test_what_must_not_be_heard_is_silent_and_nothing_else(
    start_s: float, from_s: float, long_s: float, channels: tuple[int, ...]
) -> None:
    start = round(start_s * SAMPLE_RATE_HZ)
    sound = np.ones((SAMPLE_RATE_HZ, *channels), np.float32)
    at_s = (start + np.arange(SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    inside = (at_s > from_s + 1e-4) & (at_s < from_s + long_s - 1e-4)
    outside = (at_s < from_s - 1e-4) | (at_s > from_s + long_s + 1e-4)
    out = silenced(sound, start, [HiddenStretch(from_s, from_s + long_s, "keys")])
    assert not out[inside].any()
    assert out[outside].all()
    assert sound.all()
    assert out is sound or inside.any() or long_s < 1e-3

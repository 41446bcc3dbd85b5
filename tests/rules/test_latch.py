from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.latch import Latch

LIMIT, CLEAR = 6.0, 3.0


def run(latch: Latch, values: list[float], start_s: float = 0.0) -> list[tuple[str, float]]:
    """What the latch says about a row of values, with the time it says it."""
    said = []
    for n, value in enumerate(values):
        begin, end = start_s + n / 10, start_s + (n + 1) / 10
        what = latch.feed(begin, end, met=value >= LIMIT, kept=value >= CLEAR)
        if what:
            said.append((what, pytest.approx(end, abs=1e-6)))
    return said


def test_fires_once_the_speech_held_for_long_enough() -> None:
    assert run(Latch(hold_s=2.0, cooldown_s=60.0), [7.0] * 50) == [("fired", 2.0)]


def test_without_a_hold_fires_at_the_first_reading() -> None:
    assert run(Latch(cooldown_s=60.0), [7.0] * 5) == [("fired", 0.1)]


def test_a_pause_neither_counts_nor_breaks_the_hold() -> None:
    latch = Latch(hold_s=2.0, cooldown_s=60.0)
    assert run(latch, [7.0] * 10) == []
    assert run(latch, [7.0] * 20, start_s=31.0) == [("fired", 32.0)]


def test_between_the_limits_the_hold_waits_and_below_it_starts_anew() -> None:
    assert run(Latch(2.0, 60.0), [7.0] * 10 + [4.0] * 10 + [7.0] * 10) == [("fired", 3.0)]
    assert run(Latch(2.0, 60.0), [7.0] * 10 + [2.0] * 10 + [7.0] * 10) == []


def test_eases_only_below_the_clearing_limit() -> None:
    assert run(Latch(1.0, 60.0), [7.0] * 10 + [4.0] * 10 + [2.0] * 10) == [("fired", 1.0), ("eased", 2.1)]


def test_reminds_after_the_cooldown_of_what_still_holds() -> None:
    assert run(Latch(1.0, 5.0), [7.0] * 120) == [("fired", 1.0), ("fired", 6.0), ("fired", 11.0)]


def test_two_metrics_of_one_stretch_count_once() -> None:
    latch = Latch(hold_s=1.0)
    for n in range(9):
        for _ in range(2):
            assert latch.feed(n / 10, (n + 1) / 10, met=True, kept=True) is None
    assert latch.held_s == pytest.approx(0.9)


def test_forgets_what_held_when_reset() -> None:
    latch = Latch(hold_s=1.0)
    run(latch, [7.0] * 9)
    latch.reset()
    assert run(latch, [7.0] * 9, start_s=1.0) == []


@given(
    st.lists(st.sampled_from([0.0, 4.0, 7.0]), max_size=300),
    st.integers(0, 30).map(lambda n: n / 10),
    st.integers(1, 60).map(lambda n: n / 10),
)
def test_never_fires_before_the_hold_nor_within_the_cooldown_and_eases_only_after_firing(
    values: list[float], hold_s: float, cooldown_s: float
) -> None:
    latch, on, fired_s, high = Latch(hold_s, cooldown_s), False, [], 0
    for n, value in enumerate(values):
        high = 0 if value < CLEAR else high + (value >= LIMIT)
        what = latch.feed(n / 10, (n + 1) / 10, met=value >= LIMIT, kept=value >= CLEAR)
        if what == "fired":
            assert high / 10 >= hold_s - 1e-6
            assert value >= LIMIT
            fired_s.append((n + 1) / 10)
        if what == "eased":
            assert on
            assert value < CLEAR
        on = latch.on
    assert all(later - earlier >= cooldown_s - 1e-6 for earlier, later in pairwise(fired_s))


def test_without_reminders_it_fires_once_until_it_has_eased() -> None:
    latch = Latch(cooldown_s=2.0, reminds=False)
    assert run(latch, [7.0] * 100) == [("fired", 0.1)]
    assert run(latch, [1.0] + [7.0] * 100, start_s=10.0) == [("eased", 10.1), ("fired", 10.2)]

import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audio.measure.baseline import Baseline

VALUES = st.floats(-60, 0, allow_nan=False)


def fed(baseline: Baseline, values: list[float]) -> Baseline:
    for value in values:
        baseline.feed(value)
    return baseline


def calm(count: int, around: float = -24.0, spread: float = 2.0, seed: int = 0) -> list[float]:
    return np.random.default_rng(seed).normal(around, spread, count).tolist()


def test_nothing_is_usual_before_twenty_seconds_of_speech() -> None:
    baseline = fed(Baseline(least_spread=1.5), calm(19))
    assert baseline.usual is None
    baseline.feed(-24)
    assert baseline.usual == pytest.approx(-24, abs=1)


def test_a_profile_is_usual_at_once_and_gives_way_to_own_speech() -> None:
    baseline = Baseline(least_spread=1.5, seed=-30.0)
    assert baseline.usual == -30
    assert fed(baseline, [-24.0] * 30).usual == pytest.approx(-27)
    assert fed(baseline, [-24.0] * 30).usual == pytest.approx(-26)


def test_a_prior_weighs_as_much_as_ten_seconds_of_speech() -> None:
    baseline = fed(Baseline(least_spread=0.2, prior=4.6), [5.2] * 20)
    assert baseline.usual == pytest.approx((20 * 5.2 + 10 * 4.6) / 30)


def test_outliers_do_not_matter() -> None:
    assert fed(Baseline(least_spread=1.5), [*[-24.0] * 40, *[-3.0] * 15]).usual == -24


def test_spread_is_robust_and_has_a_floor() -> None:
    assert fed(Baseline(least_spread=1.5), calm(60)).spread == pytest.approx(2, abs=0.7)
    assert fed(Baseline(least_spread=1.5), [-24.0] * 60).spread == 1.5


def test_an_excited_call_never_becomes_the_usual() -> None:
    baseline = fed(Baseline(least_spread=1.5), calm(60))
    before = baseline.usual
    assert fed(baseline, calm(3_600, around=-16)).usual == pytest.approx(before, abs=0.3)


def test_nor_does_one_that_gets_louder_little_by_little() -> None:
    baseline = fed(Baseline(least_spread=1.5), calm(60, spread=0.5))
    before = baseline.usual
    louder = np.linspace(-24, -10, 3_600) + np.random.default_rng(1).normal(0, 0.5, 3_600)
    assert before is not None
    assert fed(baseline, louder.tolist()).usual <= before + 3.0


def test_a_small_lasting_change_is_followed_slowly() -> None:
    baseline = fed(Baseline(least_spread=1.5), [-24.0] * 60)
    assert fed(baseline, [-23.0] * 60).usual == pytest.approx(-23.8, abs=0.1)
    assert fed(baseline, [-23.0] * 1_200).usual == pytest.approx(-23, abs=0.1)


def test_a_customers_usual_stays_what_the_first_minute_was() -> None:
    baseline = fed(Baseline(least_spread=1.5, drifts=False), calm(60))
    before = baseline.usual
    assert fed(baseline, calm(600, around=-23)).usual == before


@given(st.lists(VALUES, min_size=60, max_size=60), st.lists(VALUES, max_size=400))
def test_the_usual_never_goes_further_than_two_spreads(first: list[float], later: list[float]) -> None:
    baseline = fed(Baseline(least_spread=1.5), first)
    before, most = baseline.usual, 2 * baseline.spread
    assert before is not None
    for value in later:
        baseline.feed(value)
        assert baseline.usual is not None
        assert abs(baseline.usual - before) <= most + 1e-9


def test_a_call_of_eight_hours_takes_no_more_memory_than_a_minute() -> None:
    minute, hours = (fed(Baseline(least_spread=1.5), calm(seconds)) for seconds in (60, 8 * 3_600))
    assert len(pickle.dumps(hours)) <= len(pickle.dumps(minute)) + 20


def test_after_a_restart_the_usual_is_learnt_again_from_what_is_known() -> None:
    baseline = fed(Baseline(least_spread=1.5), calm(300))
    baseline.restart(-15.0)
    assert baseline.usual == -15.0
    fed(baseline, calm(60, around=-14.0, seed=1))
    assert baseline.usual == pytest.approx(-14.4, abs=0.5)

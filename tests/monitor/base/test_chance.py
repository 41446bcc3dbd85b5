"""Averages and differences of calls with their intervals: noise is within chance, and what is planted is found."""

import numpy as np
import pytest

from monitor.base import chance, resampling
from monitor.base.chance import Estimate, averages, effects, holm, spread_p
from tests.monitor.base.made_numbers import calls


def one_agent(count: int) -> np.ndarray:
    return np.zeros(count, dtype=int)


def fewest_within(shuffles: int, count: int, agents: int) -> int:
    """How often a measure is within chance, at least, when days and agents are drawn at random."""
    values, weights = calls(count)
    within = np.zeros((3, len(values)), dtype=int)
    for shuffle in range(shuffles):
        rng = np.random.default_rng(1000 + shuffle)
        days, agent = rng.integers(0, 90, count), rng.integers(0, agents, count)
        periods, weeks = ((days >= 45).astype(float), days // 7 * 1.0)
        within[0] += [not one.beyond_chance for one in effects(values, weights, agent, periods)]
        within[1] += [not one.beyond_chance for one in effects(values, weights, agent, weeks)]
        within[2] += [p is None or p >= 0.05 for p in spread_p(values, weights, agent)]
    return int(within.min())


@pytest.fixture
def fewer_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    """Coarser p-values and intervals in a third of the time."""
    monkeypatch.setattr(resampling, "RESAMPLES", 399)
    monkeypatch.setattr(chance, "RESAMPLES", 399)
    monkeypatch.setattr(chance, "MOST_PERMUTATIONS", 399)


@pytest.mark.usefixtures("fewer_draws")
def test_shuffled_days_are_within_chance() -> None:
    assert fewest_within(20, 40, 1) >= 17


@pytest.mark.slow
@pytest.mark.usefixtures("fewer_draws")
@pytest.mark.parametrize("agents", [5, 15])
def test_200_times_shuffled_days_and_agents_are_within_chance(agents: int) -> None:
    assert fewest_within(200, 120, agents) >= 183


@pytest.mark.parametrize("agents", [1, 5, 20])
def test_half_of_what_was_is_found(agents: int) -> None:
    values, weights = calls(240)
    rng = np.random.default_rng(1)
    agent, later = rng.integers(0, agents, 240), (rng.random(240) < 0.5).astype(float)
    halved, *_ = effects(values[:1] * (1 - later / 2), weights, agent, later)
    assert halved.beyond_chance
    assert halved.low is not None
    assert halved.high is not None
    assert halved.low < halved.high < 0


def test_an_agent_is_compared_only_with_that_agents_own_calls() -> None:
    agent = np.repeat([0, 1], 40)
    later = np.concatenate([np.arange(40) < 5, np.arange(40) >= 5]).astype(float)
    loud = np.where(agent == 0, 10.0, 0.0)[np.newaxis] + np.random.default_rng(0).normal(0, 1, (1, 80))
    (found,) = effects(loud, np.ones(80), agent, later)
    assert found.value == pytest.approx(0.0, abs=1.0)
    assert not found.beyond_chance, "only who answered has changed"


def test_a_call_counts_by_its_weight() -> None:
    values, weights = np.array([[1.0] * 30 + [7.0] * 30]), np.array([3600.0] * 30 + [55.0] * 30)
    (found,) = averages(values, weights, one_agent(60))
    assert found.value == pytest.approx((3600 + 7 * 55) / 3655)
    assert found.low is not None
    assert found.high is not None
    assert found.low <= found.value <= found.high < 1.2


@pytest.mark.parametrize(
    "weights", [[60.0] * 4, [3600.0, *[55.0] * 20], []], ids=["four calls", "one that outweighs the others", "none"]
)
def test_of_too_little_data_no_figure_is_given(weights: list[float]) -> None:
    values = np.arange(float(len(weights)))[np.newaxis]
    assert averages(values, np.array(weights), one_agent(len(weights))) == [Estimate(len(weights))]
    later = np.arange(len(weights)) % 2 * 1.0
    (found,) = effects(values, np.array(weights), one_agent(len(weights)), later)
    assert (found.value, found.beyond_chance) == (None, False)


def test_calls_without_a_value_do_not_count() -> None:
    values, weights = calls(60)
    values[1, ::2] = np.nan
    found = averages(values, weights, one_agent(60))
    assert [one.calls for one in found] == [60, 30, 60, 60]
    assert found[1] == averages(values[1:2, 1::2], weights[1::2], one_agent(30))[0]


def test_a_measure_that_never_changes_is_within_chance() -> None:
    (found,) = effects(np.zeros((1, 40)), np.ones(40), one_agent(40), np.arange(40) % 2 * 1.0)
    assert (found.value, found.low, found.high, found.beyond_chance) == (0.0, 0.0, 0.0, False)


def test_agents_who_differ_are_told_from_chance() -> None:
    agent = np.arange(60) % 3
    values = np.random.default_rng(0).normal(0, 1, (2, 60)) + np.array([[0.0], [2.0]]) * agent
    alike, apart = spread_p(values, np.ones(60), agent)
    assert alike is not None
    assert apart is not None
    assert apart < 0.01 < alike


def test_the_same_calls_give_the_same_figures() -> None:
    values, weights = calls(80)
    later = np.arange(80) % 2 * 1.0
    assert effects(values, weights, one_agent(80), later) == effects(values, weights, one_agent(80), later)


def test_of_many_differences_only_those_stand_that_holm_leaves() -> None:
    assert holm([0.01, 0.04, 0.03, 0.005]) == [True, False, False, True]
    assert holm([0.04]) == [True]
    assert holm([0.04, 0.9]) == [False, False]
    assert holm([]) == []

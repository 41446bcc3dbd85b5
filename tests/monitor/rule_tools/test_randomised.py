"""The estimate of what prompts change, on made-up trials whose effect is known."""

import numpy as np
import pytest

from monitor.base.chance import Estimate
from monitor.rule_tools.randomised import Moments, effect, moments_needed

CALLS, PROMPTS = 60, 5


def trial(seed: int, difference: float, *, agents: int, silent: float = 0.2) -> Estimate:
    """A trial in which agents and calls differ, and what was before a prompt shows in what comes after it."""
    rng = np.random.default_rng(seed)
    calls = np.repeat(np.arange(CALLS), PROMPTS)
    of = calls % agents
    before = rng.normal(size=len(calls))
    shown = (rng.random(len(calls)) >= silent).astype(float)
    values = rng.normal(size=agents)[of] + 0.5 * rng.normal(size=CALLS)[calls] + 0.6 * before
    values += difference * shown + rng.normal(size=len(calls))
    return effect(values, Moments(shown, np.full(len(calls), 1 - silent), before[:, np.newaxis], calls, of))


@pytest.mark.parametrize("agents", [4, 20])
def test_the_interval_holds_the_true_difference(agents: int) -> None:
    found = [trial(seed, 0.8, agents=agents) for seed in range(100)]
    held = sum(one.low <= 0.8 <= one.high for one in found if one.low is not None and one.high is not None)
    assert 89 <= held <= 99  # 95 ± 3 standard errors


def test_where_there_is_no_difference_none_is_reported() -> None:
    assert sum(trial(seed, 0.0, agents=20).beyond_chance for seed in range(100)) <= 11


def test_a_chance_that_changed_in_between_does_not_bias_it() -> None:
    """Later prompts are more often silent, and everything was better by then."""
    rng = np.random.default_rng(1)
    late = np.repeat([0.0, 1.0], 2000)
    silent = np.where(late == 1, 0.5, 0.1)
    shown = (rng.random(4000) >= silent).astype(float)
    values = 5 * late + rng.normal(size=4000)
    calls = np.arange(4000) // 4
    naive = values[shown == 1].mean() - values[shown == 0].mean()
    found = effect(values, Moments(shown, 1 - silent, np.empty((4000, 0)), calls, calls % 20))
    assert naive < -1
    assert found.value == pytest.approx(0.0, abs=0.3)
    assert not found.beyond_chance


def test_too_few_are_no_estimate() -> None:
    shown = np.array([1.0] * 30 + [0.0] * 4)
    moments = Moments(shown, np.full(34, 0.9), np.empty((34, 0)), np.arange(34), np.arange(34) % 3)
    assert effect(np.arange(34.0), moments) == Estimate(34)


def test_what_could_not_be_measured_is_left_out() -> None:
    rng = np.random.default_rng(2)
    shown = np.tile([1.0, 0.0], 100)
    values = np.where(np.arange(200) < 100, 3 * shown, np.nan) + 0.1 * rng.normal(size=200)
    moments = Moments(shown, np.full(200, 0.5), np.empty((200, 0)), np.arange(200), np.arange(200) % 4)
    found = effect(values, moments)
    assert found.calls == 100
    assert found.value == pytest.approx(3.0, abs=0.2)


def test_how_many_are_needed() -> None:
    assert moments_needed(0.1, 0.1) == (1067, 107)
    assert moments_needed(0.1, 0.5) == (384, 192)

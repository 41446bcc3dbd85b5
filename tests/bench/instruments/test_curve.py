import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.instruments.curve import exponent, most, percentile


@pytest.mark.parametrize("power", [0.0, 0.5, 1.0, 2.0])
def test_the_exponent_is_the_power_by_which_cost_grows(power: float) -> None:
    sizes = [1, 2, 5, 10, 200]
    assert exponent(sizes, [3.7 * size**power for size in sizes]) == pytest.approx(power, abs=1e-9)


def test_a_percentile_is_one_of_the_values() -> None:
    assert percentile([3.0, 1.0, 2.0], 0.5) == 2.0
    assert percentile(range(1, 101), 0.99) == 99
    assert percentile(range(1, 101), 1.0) == 100
    assert percentile([5.0], 0.99) == 5.0
    assert math.isnan(percentile([], 0.5))


@given(values=st.lists(st.floats(-1e6, 1e6), min_size=1), share=st.floats(0.01, 1.0))
def test_at_least_that_share_does_not_exceed_a_percentile(values: list[float], share: float) -> None:
    found = percentile(values, share)
    assert sum(value <= found for value in values) >= share * len(values) - 1e-9
    assert sum(value < found for value in values) < share * len(values)


@given(largest=st.integers(0, 300), limit=st.integers(1, 256), within=st.sampled_from([0.0, 0.1, 0.3]))
def test_the_most_that_fits_is_found(largest: int, limit: int, within: float) -> None:
    asked: list[int] = []

    def fits(number: int) -> bool:
        asked.append(number)
        return number <= largest

    found, true = most(fits, limit=limit, within=within), min(largest, limit)
    assert found <= true <= found + max(1, within * found)
    assert within or found == true
    assert len(set(asked)) == len(asked)
    assert max(asked) <= limit


def test_few_questions_are_asked() -> None:
    asked: list[int] = []

    def fits(number: int) -> bool:
        asked.append(number)
        return number <= 47

    assert most(fits, limit=64) == 44
    assert asked == [1, 2, 4, 8, 16, 32, 64, 48, 40, 44]

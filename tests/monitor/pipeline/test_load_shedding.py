from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from monitor.pipeline.load_shedding import CALM_S, LoadShedding, LoadStep


def steps(*ages_s: float) -> list[LoadStep]:
    """Feed an age a second."""
    overload = LoadShedding()
    return [overload.feed(float(now_s), age_s) for now_s, age_s in enumerate(ages_s)]


def test_the_older_the_words_the_more_is_given_up() -> None:
    assert steps(0.0, 1.0, 1.1, 2.1, 3.1, 5.1, 8.1, 15.1) == [
        LoadStep.ALL,
        LoadStep.ALL,
        LoadStep.QUICK,
        LoadStep.NO_CUSTOMER_PARTIALS,
        LoadStep.NO_PARTIALS,
        LoadStep.SMALLER_MODEL,
        LoadStep.CUSTOMER_LATER,
        LoadStep.ALL_LATER,
    ]


def test_everything_comes_back_after_ten_calm_seconds() -> None:
    given_up = steps(20.0, *[0.0] * 12)
    assert given_up == [LoadStep.ALL_LATER] * 11 + [LoadStep.ALL] * 2


def test_what_was_due_in_the_calm_seconds_stays_given_up() -> None:
    assert steps(20.0, 0.0, 0.0, 2.5, *[0.0] * 9)[-3:] == [LoadStep.ALL_LATER, *[LoadStep.NO_CUSTOMER_PARTIALS] * 2]


def test_one_late_utterance_a_while_does_not_make_it_flutter() -> None:
    ages_s = [0.0, 0.0, 1.5, 0.0, 0.0] * 20
    given_up = steps(*ages_s)
    assert sum(before != after for before, after in pairwise(given_up)) == 1


@given(st.lists(st.tuples(st.floats(0, 5), st.floats(0, 40)), max_size=60))
def test_it_gives_up_at_once_and_gives_back_slowly(moments: list[tuple[float, float]]) -> None:
    overload, now_s, raised_s = LoadShedding(), 0.0, 0.0
    for forward_s, age_s in moments:
        now_s += forward_s
        before = overload.step
        after = overload.feed(now_s, age_s)
        due = LoadShedding().feed(0.0, age_s)
        assert after >= due
        if due >= before:
            raised_s = now_s
        if after < before:
            assert now_s - raised_s >= CALM_S

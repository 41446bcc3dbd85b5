import pytest
from hypothesis import given
from hypothesis import strategies as st

from audio.measure.effort import MOST_APART_DB, effort_db

OVER = st.floats(-30.0, 30.0)


def test_a_voice_raised_by_nine_decibels_shows_nine() -> None:
    assert effort_db(balance_over_db=9 * 0.55, pitch_over_st=9 * 0.4) == pytest.approx(9)


def test_the_usual_voice_shows_none() -> None:
    assert effort_db(0.0, 0.0) == 0


@given(OVER)
def test_pitch_or_balance_alone_shows_little(alone: float) -> None:
    assert effort_db(0.0, alone) <= MOST_APART_DB / 2
    assert effort_db(alone, 0.0) <= MOST_APART_DB / 2


@given(OVER, OVER, st.floats(0.0, 10.0))
def test_more_of_either_never_shows_less(balance_db: float, pitch_st: float, more: float) -> None:
    before = effort_db(balance_db, pitch_st) - 1e-9
    assert effort_db(balance_db + more, pitch_st) >= before
    assert effort_db(balance_db, pitch_st + more) >= before

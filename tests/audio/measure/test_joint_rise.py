import pytest

from audio.measure.joint_rise import MOST_S, JointRise, shares_of_clear


def risen(seconds: float, level_db: float, effort_db: float, pitch_st: float, rate_pct: float) -> float:
    """What the test says after so many seconds of speech."""
    test, rise_s = JointRise(), 0.0
    for _ in range(round(10 * seconds)):
        rise_s = test.feed(shares_of_clear(level_db, effort_db, pitch_st, rate_pct), 0.1)
    return rise_s


def test_moderate_rises_of_all_four_add_up() -> None:
    assert risen(8, level_db=4.5, effort_db=3.75, pitch_st=1.8, rate_pct=11.25) == pytest.approx(2.0)


@pytest.mark.parametrize(
    "rises",
    [
        {"level_db": 20, "effort_db": 0, "pitch_st": 0, "rate_pct": 0},
        {"level_db": 9, "effort_db": 0, "pitch_st": 0, "rate_pct": 30},
        {"level_db": 0, "effort_db": 9, "pitch_st": 5, "rate_pct": -5},
    ],
    ids=["a gain", "a gain and faster", "higher and brighter"],
)
def test_two_of_the_four_are_not_enough_however_far_they_rise(rises: dict[str, float]) -> None:
    assert risen(60, **rises) == 0


def test_it_is_soon_over() -> None:
    test = JointRise()
    for _ in range(600):
        test.feed((1, 1, 1, 1), 0.1)
    assert test.feed((0, 0, 0, 0), 5.0) == pytest.approx(MOST_S - 2.5)

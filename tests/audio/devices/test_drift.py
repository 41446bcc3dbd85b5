from collections.abc import Iterator

import numpy as np
import pytest

from audio.devices.drift import LARGEST_CORRECTION, Drift

RATE_HZ = 48_000
PIECE = 1_536
"""32 ms."""


def eight_hours(ppm: float, jitter_s: float, hours: float = 8.0) -> Iterator[float]:
    """How far stretched sound is from where it was heard, once a second; in seconds.

    The card samples `ppm` too fast; its stamps come late at random, now and then by a lot.
    """
    random = np.random.default_rng(round(abs(ppm)))
    count = round(hours * 3600 * RATE_HZ / PIECE)
    late = random.uniform(0, jitter_s, count) + np.where(random.random(count) < 0.001, 0.3, 0)
    heard = np.arange(count) * (PIECE / (RATE_HZ * (1 + 1e-6 * ppm)))
    drift, factor = Drift(RATE_HZ), 1.0
    made_s = float(late[0])  # sound begins where its first stamp says
    for number, stamp in enumerate((heard + late).tolist()):
        if drift.feed(number * PIECE, stamp) is not None:
            factor = drift.stretch(drift.heard_s(number * PIECE) - made_s)
            yield made_s - float(heard[number])
        made_s += PIECE / RATE_HZ * factor


@pytest.mark.slow
@pytest.mark.parametrize("ppm", [200, -200])
def test_clocks_that_are_200_ppm_apart_stay_within_10_ms_for_eight_hours(ppm: float) -> None:
    away = np.array(list(eight_hours(ppm, jitter_s=0.008)))
    assert len(away) > 28_000
    assert np.abs(away).max() < 0.010
    assert np.abs(away[120:]).max() < 0.002


def test_the_slope_is_that_of_the_clock() -> None:
    drift = Drift(RATE_HZ)
    for number in range(40 * 50):
        drift.feed(960 * number, 7.0 + 960 * number / (RATE_HZ * 1.0001))
    assert drift.slope == pytest.approx(-1e-4, rel=1e-3)
    assert drift.heard_s(RATE_HZ * 50) == pytest.approx(7.0 + 50 / 1.0001, abs=1e-5)


def test_no_correction_is_larger_than_300_ppm() -> None:
    drift = Drift(RATE_HZ)
    assert drift.stretch(1.0) == 1 + LARGEST_CORRECTION
    assert drift.stretch(-1.0) == 1 - LARGEST_CORRECTION
    assert drift.stretch(0.0) == 1.0


def test_a_second_that_comes_late_as_a_whole_is_told_and_changes_nothing() -> None:
    drift = Drift(RATE_HZ)
    told = [drift.feed(960 * number, 0.02 * number + (0.2 if number >= 500 else 0)) for number in range(551)]
    late = [late_s for late_s in told if late_s is not None]
    assert late[:-1] == pytest.approx([0.0] * 10, abs=1e-9)
    assert late[-1] == pytest.approx(0.2)
    assert drift.heard_s(RATE_HZ * 20) == pytest.approx(20)

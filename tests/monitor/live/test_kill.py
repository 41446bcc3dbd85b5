"""A killed call is there to the last second; bench/kill.py does it more often, and with words."""

import pytest

from bench.kill import kill_after

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("seconds", [0.4, 1.7, 3.1])
def test_a_kill_costs_about_a_second_at_most(seconds: float) -> None:
    loss = kill_after(seconds)
    assert loss.lived_s >= seconds
    # The writing is done within half a second; a machine that is busy with other tests may be late with it.
    assert loss.sound_s <= 2.0
    assert loss.events_s <= 2.0

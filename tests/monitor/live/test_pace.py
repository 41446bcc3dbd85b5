"""What still belongs to a session that is stopped while it is behind the sound."""

from collections.abc import Callable
from threading import Event

import pytest

from monitor.live import pace as module
from monitor.live.pace import CATCH_UP_S, Pace

STEP_S = 0.5


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Set the monotonic clock."""
    now = [100.0]
    monkeypatch.setattr(module.time, "monotonic", lambda: now[0])

    def set_to(seconds: float) -> None:
        now[0] = 100.0 + seconds

    return set_to


def still_heard(pace: Pace, from_s: float, clock: Callable[[float], None], cost_s: float, at_s: float) -> float:
    """The end of the last sound that is heard, if a block takes that long."""
    end_s = from_s
    while True:
        pace.wait(end_s + STEP_S)
        if pace.is_over(end_s + STEP_S):
            return end_s
        end_s += STEP_S
        at_s += cost_s
        clock(at_s)


@pytest.mark.parametrize(
    ("behind_s", "cost_s", "heard_s"),
    [
        (0.0, 0.0, 10.0),  # on time: the block that would come next was not there yet
        (2.0, 0.1, 10.0),  # behind, and faster than the sound: all of it
        (8.0, 1.0, 4.0),  # hopelessly behind: so much as can be done
    ],
)
def test_a_recording_is_heard_up_to_the_moment_of_the_stop(
    clock: Callable[[float], None], behind_s: float, cost_s: float, heard_s: float
) -> None:
    stopped = Event()
    pace = Pace(1.0, lambda: 0.0, stopped)
    pace.start()
    stopped.set()
    clock(10.0)
    assert still_heard(pace, 10.0 - behind_s, clock, cost_s, 10.0) == pytest.approx(heard_s, abs=CATCH_UP_S * 0.4)


def test_sound_cards_are_heard_until_their_delay_is_made_up(clock: Callable[[float], None]) -> None:
    stopped, lag_s = Event(), [1.2]
    pace = Pace(None, lambda: lag_s[0], stopped)
    pace.start()
    clock(50.0)
    assert not pace.is_over(40.0)
    stopped.set()
    assert not pace.is_over(40.5)
    lag_s[0] = 0.2
    assert not pace.is_over(41.5)
    assert pace.is_over(42.0)


def test_a_recording_at_full_speed_stops_at_once(clock: Callable[[float], None]) -> None:
    stopped = Event()
    pace = Pace(0, lambda: 0.0, stopped)
    pace.start()
    clock(1.0)
    stopped.set()
    assert not pace.is_over(7.0)
    assert pace.is_over(7.5)

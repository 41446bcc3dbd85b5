"""Time stamps of a sound card that stand still, jump back or jump ahead.

Nothing is seen of a stamp that is wrong once. While a driver's clock stands still, that side is not heard, which the
screen says, and silence stands for it; the other side waits for five seconds at most. What is missing is kept as gaps.
When the stamps are right again, so is the sound.
"""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from audio.devices.capture import Capture
from tests.audio.devices.test_capture import LINE, MICROPHONE, START_S, Heard
from tests.sound_cards import Card, FakeStreams, clicks, hum

Stamp = Callable[[float], float]


def stuck(from_s: float, until_s: float) -> Stamp:
    return lambda at_s: START_S + from_s if START_S + from_s < at_s < START_S + until_s else at_s


def moved(from_s: float, until_s: float, by_s: float) -> Stamp:
    return lambda at_s: at_s + by_s if START_S + from_s < at_s < START_S + until_s else at_s


def heard_with(stamp: Stamp, seconds: float = 30) -> tuple[Heard, float]:
    """What is heard, and by how much the call was ever behind."""
    streams = FakeStreams(Card(MICROPHONE, (hum(),), stamp=stamp), Card(LINE, (clicks(first_s=START_S + 0.5),)))
    heard, behind_s = Heard(), 0.0
    with Capture("headset", "line", streams) as capture:
        for item in capture.blocks():
            heard.take(item)
            behind_s = max(behind_s, capture.lag_s)
            if streams.now_s() - START_S >= seconds:
                capture.stop()
    return heard, behind_s


def test_one_wrong_stamp_is_nothing() -> None:
    for by_s in (-90.0, -1.0, 1.0, 90.0):
        heard, _ = heard_with(moved(10, 10.02, by_s), 20)
        assert heard.told == []
        assert np.abs(heard.sound("agent")[16_000:]).min() > 0.01


def test_a_clock_that_stands_still_silences_one_side_is_told_and_recovers() -> None:
    heard, behind_s = heard_with(stuck(5, 17))
    assert behind_s < 6
    gone, back = heard.states("agent")
    assert (gone.fine, back.fine) == (False, True)
    assert 5 < gone.at_s < 11
    assert 17 < back.at_s < 20
    assert np.abs(heard.sound("agent")[21 * 16_000 :]).min() > 0.01
    assert np.array(heard.clicks_s("customer"))[:28] == pytest.approx(np.arange(0.5, 28.5), abs=0.003)
    assert heard.lost("customer") == []


@pytest.mark.slow
@settings(max_examples=6, deadline=None, phases=[Phase.explicit, Phase.generate])
@given(st.lists(st.tuples(st.floats(1, 10), st.floats(0.02, 8), st.floats(-5, 5) | st.none()), min_size=1, max_size=2))
def test_whatever_the_stamps_say_both_sides_go_on_and_only_told_silence_is_missing(
    faults: list[tuple[float, float, float | None]],
) -> None:
    def stamp(at_s: float) -> float:
        for from_s, for_s, by_s in faults:
            fault = stuck(from_s, from_s + for_s) if by_s is None else moved(from_s, from_s + for_s, by_s)
            at_s = fault(at_s)
        return at_s

    heard, behind_s = heard_with(stamp, 36)
    assert behind_s < 11
    agent, customer = heard.sound("agent"), heard.sound("customer")
    assert len(agent) == len(customer)
    assert np.abs(agent[33 * 16_000 :]).min(initial=1) > 0.01
    told = np.zeros(len(agent), bool)
    for lost in heard.lost("agent"):
        told[max(0, round(lost.start_s * 16_000) - 2_000) : round(lost.end_s * 16_000) + 2_000] = True
    assert np.abs(agent[2_000:][~told[2_000:]]).min(initial=1) > 0.01

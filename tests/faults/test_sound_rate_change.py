"""A device that comes back at another sampling rate, or that gives its sound at another rate than it says.

Back at another rate: nothing but the gap while it was away. At another rate than it says: for the first six seconds
the sound is torn, which the call keeps as gaps; then the true rate is known, one more gap says so, and from there on
pitch, rate and times are right. The other side is never touched.
"""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audio.block import Samples
from audio.devices.measured_rate import COMMON_HZ, MeasuredRate
from audio.devices.ring import Piece
from tests.audio.devices.test_capture import LINE, MICROPHONE, START_S, listen
from tests.sound_cards import Card, FakeStreams, clicks


def tone_hz(sound: Samples) -> float:
    spectrum = np.abs(np.fft.rfft(sound * np.hanning(len(sound))))
    return float(spectrum.argmax() * 16_000 / len(sound))


def a440(times: np.ndarray) -> np.ndarray:
    return 0.2 * np.sin(2 * np.pi * 440 * times)


@pytest.mark.parametrize(("before_hz", "after_hz"), [(48_000, 44_100), (16_000, 48_000)])
def test_back_at_another_rate_the_sound_is_the_same(before_hz: int, after_hz: int) -> None:
    away = (START_S + 4, START_S + 6)
    agent = Card(replace(MICROPHONE, rate_hz=before_hz), (a440,), unplugged=(away,))
    customer = Card(LINE, (clicks(first_s=START_S + 0.5),))

    def replug(at_s: float) -> None:
        if at_s > 5:
            agent.device = replace(MICROPHONE, rate_hz=after_hz)

    heard = listen(FakeStreams(agent, customer), 16, "headset", "line", at=replug)
    [lost] = heard.lost("agent")
    assert lost.why == "Headset delivered no sound."
    assert (lost.start_s, lost.end_s) == (pytest.approx(4, abs=0.03), pytest.approx(7, abs=1.6))
    sound = heard.sound("agent")
    assert tone_hz(sound[16_000:48_000]) == pytest.approx(440, abs=1)
    assert tone_hz(sound[10 * 16_000 : 14 * 16_000]) == pytest.approx(440, abs=1)
    assert np.array(heard.clicks_s("customer"))[:15] == pytest.approx(np.arange(0.5, 15.5), abs=0.003)


@pytest.mark.parametrize(("said_hz", "true_hz"), [(48_000, 44_100), (44_100, 48_000), (48_000, 16_000)])
def test_a_rate_that_is_not_what_was_said_is_measured_told_and_corrected(said_hz: int, true_hz: int) -> None:
    agent = Card(replace(MICROPHONE, rate_hz=said_hz), (a440,), true_rate_hz=true_hz, jitter_s=0.02)
    customer = Card(LINE, (clicks(first_s=START_S + 0.5),))
    heard = listen(FakeStreams(agent, customer), 20, "headset", "line")
    [told] = [lost for lost in heard.lost("agent") if "reports" in lost.why]
    assert told.why == (
        f"Headset reports {said_hz} Hz but delivers {true_hz} Hz. "
        "Its sound was distorted up to here, and is correct from now on."
    )
    assert told.start_s == pytest.approx(0, abs=0.5)
    assert told.end_s < 8
    assert [lost for lost in heard.lost("agent") if lost.start_s > 9] == []
    sound = heard.sound("agent")
    assert tone_hz(sound[10 * 16_000 : 18 * 16_000]) == pytest.approx(440, abs=1)
    assert np.abs(sound[10 * 16_000 : 18 * 16_000].reshape(-1, 160)).max(axis=1).min() > 0.15
    assert heard.told == [told for told in heard.told if told.speaker == "agent"]
    clicks_s = [at_s for at_s in heard.clicks_s("customer") if at_s > 0.2]  # how long it took to settle is no matter
    assert len(clicks_s) >= 16
    assert np.diff(clicks_s) == pytest.approx(1, abs=0.003)


@settings(max_examples=60, deadline=None)
@given(
    said_hz=st.sampled_from(COMMON_HZ),
    ppm=st.floats(-500, 500),
    late_s=st.lists(st.floats(0, 0.03), min_size=1, max_size=20),
    lost=st.sets(st.integers(0, 999), max_size=60),
)
def test_a_device_that_says_the_truth_is_believed_however_it_stutters(
    said_hz: int, ppm: float, late_s: list[float], lost: set[int]
) -> None:
    rate, said = MeasuredRate(said_hz), np.zeros((said_hz // 50, 1), np.float32)
    for number in range(1000):
        if number not in lost:
            heard_s = 0.02 * number * (1 + 1e-6 * ppm) + late_s[number % len(late_s)]
            assert rate.feed(Piece(said, heard_s, number - 1 in lost)) is None

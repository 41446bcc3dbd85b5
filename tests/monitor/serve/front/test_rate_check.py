"""Whether the rate that a platform announces is the rate at which samples come."""

from collections.abc import Iterable

import pytest

from monitor.serve.dialects.l16 import L16
from monitor.serve.front.front_metrics import FrontMetrics
from monitor.serve.front.platform_line import PlatformLine
from monitor.serve.front.rate_check import NS, RateCheck, rate_near
from monitor.serve.signals import SideEnds, Sound
from tests.monitor.serve.front.recording_desk import Desk


def measured(arrivals: Iterable[tuple[float, int]], rate_hz: int = 8000) -> float | None:
    """The wrong rate that was found, or None."""
    check = RateCheck(rate_hz, 0)
    found = (check.feed(samples, round(at_s * NS)) for at_s, samples in arrivals)
    return next((rate for rate in found if rate is not None), None)


def steady(seconds: float, rate_hz: float, frame: int = 160) -> list[tuple[float, int]]:
    return [(number * frame / rate_hz, frame) for number in range(round(seconds * rate_hz / frame))]


@pytest.mark.parametrize("frame", [160, 320, 1600], ids=["20 ms", "40 ms", "200 ms"])
@pytest.mark.parametrize("off", [0.96, 1.0, 1.04])
def test_a_rate_that_is_nearly_right_is_never_refused(frame: int, off: float) -> None:
    assert measured(steady(30, 8000 * off, frame)) is None


@pytest.mark.parametrize("off", [0.5, 0.9, 1.1, 2.0])
def test_a_wrong_rate_is_measured(off: float) -> None:
    found = measured(steady(40, 8000 * off))
    assert found == pytest.approx(8000 * off, rel=0.05 if off < 2 else 0.6)


def test_silence_that_is_not_sent_and_the_burst_behind_a_stall_are_no_wrong_rate() -> None:
    frames = steady(60, 8000)
    unsent = [(at_s, samples) for at_s, samples in frames if at_s % 10 < 3]
    held = [(max(at_s, 9.0) if 2 <= at_s < 9 else at_s, samples) for at_s, samples in frames]
    assert measured(unsent) is None
    assert measured(held) is None


def test_sound_ahead_of_the_clock_is_found_at_once() -> None:
    assert measured((0.0, 160) for _ in range(600)) is not None


def test_only_rates_of_telephony_are_true_ones() -> None:
    assert [rate_near(hz) for hz in (7700, 16_500, 23_990, 44_000)] == [8000, 16_000, 24_000, 44_100]
    assert [rate_near(hz) for hz in (7200, 9000, 160_000)] == [None, None, None]


@pytest.mark.parametrize(("true_hz", "taken_hz"), [(16_000, [8000, 16_000]), (24_000, [8000, 24_000]), (9000, [8000])])
def test_a_live_call_with_a_wrong_rate_continues_at_its_true_one(true_hz: int, taken_hz: list[int]) -> None:
    desk, said, metrics = Desk(), list[str](), FrontMetrics()
    line = PlatformLine("l16-1", L16({"call": "1", "rate": "8000"}), desk, lambda _: None, metrics, said.append)
    line.text("{}", 0)
    for at_s, samples in steady(30, true_hz, true_hz // 50):
        line.binary(bytes(2 * samples), round(at_s * NS))

    assert [side.rate_hz for side in desk.begun] == taken_hz
    assert not line.deaf
    assert len(said) == 1
    assert f"{true_hz // 1000}" in said[0]
    assert "tone_monitor_serve_wrong_rates_total 1.0" in metrics.page().decode()
    assert sum(isinstance(signal, Sound) for _, signal in desk.signals) == 1500
    assert sum(isinstance(signal, SideEnds) for _, signal in desk.signals) == len(taken_hz) - 1

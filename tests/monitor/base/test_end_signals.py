"""What asks a program to end reaches it once each, and never as an exception."""

import gc
import signal
import sys
from collections.abc import Callable
from queue import SimpleQueue

import pytest

from monitor.base.end_signals import EndSignals

WITHIN_S = 30.0


class Calls(SimpleQueue[str]):
    """Who was called."""

    def of(self, name: str) -> Callable[[], None]:
        return lambda: self.put(name)


@pytest.mark.parametrize(
    ("number", "unattended"), [(signal.SIGINT, False), (signal.SIGTERM, True), (getattr(signal, "SIGHUP", None), True)]
)
def test_a_signal_calls_and_raises_nothing(number: signal.Signals | None, unattended: bool) -> None:  # noqa: FBT001
    if number is None:
        pytest.skip("Windows has no such signal.")
    before = signal.getsignal(number)
    calls = Calls()
    with EndSignals(calls.of("called")) as end:
        signal.raise_signal(number)
        assert calls.get(timeout=WITHIN_S) == "called"
        assert end.unattended is unattended
    assert signal.getsignal(number) is before
    assert calls.empty()


def test_a_signal_in_the_midst_of_a_garbage_collection_is_not_lost() -> None:
    def collect(phase: str, info: dict[str, int]) -> None:
        del info
        if phase == "start":
            signal.raise_signal(signal.SIGINT)

    calls = Calls()
    with EndSignals(calls.of("called")):
        gc.callbacks.append(collect)
        try:
            gc.collect()
        finally:
            gc.callbacks.remove(collect)
        assert calls.get(timeout=WITHIN_S) == "called"


def test_one_inside_another_calls_both_and_after_it_the_outer_one_alone() -> None:
    calls = Calls()
    with EndSignals(calls.of("outer")) as outer:
        with EndSignals(calls.of("inner")):
            signal.raise_signal(signal.SIGTERM)
            assert {calls.get(timeout=WITHIN_S), calls.get(timeout=WITHIN_S)} == {"inner", "outer"}
        assert outer.unattended
        signal.raise_signal(signal.SIGINT)
        assert calls.get(timeout=WITHIN_S) == "outer"
    assert calls.empty()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGHUP.")
def test_a_signal_that_nohup_ignores_stays_ignored() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    calls = Calls()
    try:
        with EndSignals(calls.of("called")):
            signal.raise_signal(signal.SIGHUP)
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)
    assert calls.empty()

"""The wall clock of a session: it paces a recording, and measures how late the sound is."""

import math
import time
from collections.abc import Callable
from threading import Event


class Pace:
    """Media time compared with the wall clock.

    Args:
        speed: of a recording, times real time; 0 for as fast as possible; None for sound cards.
        lag_s: how late a sound card delivers its sound.
        stopped: set when the session is to end; then nothing waits.
    """

    def __init__(self, speed: float | None, lag_s: Callable[[], float], stopped: Event) -> None:
        self.stopped = stopped
        self._speed = speed
        self._lag_s = lag_s
        self._began_s = math.nan
        self._heard_s = 0.0

    def start(self) -> None:
        """Say that the sound starts now."""
        self._began_s = time.monotonic()

    def wait(self, until_s: float) -> None:
        """Wait until sound that ends at that time is due, or the session is stopped."""
        self._heard_s = max(self._heard_s, until_s)
        if self._speed:
            self.stopped.wait(max(0.0, self._began_s + until_s / self._speed - time.monotonic()))

    def lag_s(self) -> float:
        """How late the last sound came."""
        if self._speed is None:
            return self._lag_s()
        return (time.monotonic() - self._began_s) * self._speed - self._heard_s if self._speed else 0.0

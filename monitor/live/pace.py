"""The wall clock of a session: it paces a recording, and measures how late the sound is."""

import math
import time
from collections.abc import Callable
from threading import Event

CATCH_UP_S = 3.0
"""How long a session that is to end processes what came before it was told so; Windows ends a program after five."""


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
        self._last_s: float | None = None
        """Media time of the moment at which the session was stopped."""
        self._give_up_s = math.inf
        """On the monotonic clock."""

    def start(self) -> None:
        """Say that the sound starts now."""
        self._began_s = time.monotonic()

    def wait(self, until_s: float) -> None:
        """Wait until sound that ends at that time is due, or the session is stopped."""
        self._heard_s = max(self._heard_s, until_s)
        if self._speed:
            self.stopped.wait(max(0.0, self._began_s + until_s / self._speed - time.monotonic()))

    def is_over(self, end_s: float) -> bool:
        """Whether the session is stopped, and sound that ends at that time came later, or there is no more time for it.

        On a busy machine the session is behind: what was said before it was stopped is still to be kept.
        """
        if not self.stopped.is_set():
            return False
        if self._last_s is None:
            self._last_s = end_s + self.lag_s()
            self._give_up_s = time.monotonic() + CATCH_UP_S
        return end_s > self._last_s or time.monotonic() > self._give_up_s

    def lag_s(self) -> float:
        """How late the last sound came."""
        if self._speed is None:
            return self._lag_s()
        return (time.monotonic() - self._began_s) * self._speed - self._heard_s if self._speed else 0.0

"""The wall clock of a session: it paces a recording, and measures how late the sound is."""

import math
import time
from collections.abc import Callable
from threading import Event


class Pace:
    """Media time against the time on the wall.

    Args:
        speed: seconds of a recording that pass in one; 0 for as fast as it goes; None for sound cards.
        lag_s: how far a sound card's sound is behind when it is handed out.
        stopped: set when the session is to end; nothing is waited for then.
    """

    def __init__(self, speed: float | None, lag_s: Callable[[], float], stopped: Event) -> None:
        self.stopped = stopped
        self._speed = speed
        self._lag_s = lag_s
        self._began_s = math.nan
        self._heard_s = 0.0

    def start(self) -> None:
        """The sound starts now."""
        self._began_s = time.monotonic()

    def wait(self, until_s: float) -> None:
        """Wait until sound that ends then is due, or the session is stopped."""
        self._heard_s = max(self._heard_s, until_s)
        if self._speed:
            self.stopped.wait(max(0.0, self._began_s + until_s / self._speed - time.monotonic()))

    def lag_s(self) -> float:
        """How far the sound waited for last is behind the sound outside."""
        if self._speed is None:
            return self._lag_s()
        return (time.monotonic() - self._began_s) * self._speed - self._heard_s if self._speed else 0.0

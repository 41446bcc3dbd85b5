"""How fast a side's sender is, by arrivals that a busy network or machine delays.

Pure arithmetic on pairs of a sample count and a time of arrival; it never sees the samples.
"""

import numpy as np

from audio.devices.drift import CATCH_UP_S, LARGEST_CORRECTION

WINDOW_S = 10.0
"""Even on a busy machine, one packet in so long arrives on time."""
LEAST_S = 60.0
"""A sender is heard for so long before its clock is said to differ."""
LEAST_DRIFT_S = 0.01
"""So far the clocks must have moved apart: less may be lateness, and does no harm."""
MOST_WINDOWS = 60
"""Of more, two each become one."""
SLOPES = np.linspace(-LARGEST_CORRECTION, LARGEST_CORRECTION, 601)


class Pace:
    """When a sender's samples were heard.

    Packets come late, never early, and a network is late by far more than a clock drifts in a minute. So nothing is
    corrected until the earliest arrivals of a minute or more show that the clocks have moved apart: the line below all
    of them that is closest to them, as in the estimators of clock skew by Moon, Skelly and Towsley (1999). Until then
    the sound is as it was sent, sample by sample, which is all of it where both ends share a clock.

    Args:
        rate_hz: of the side.
    """

    def __init__(self, rate_hz: int) -> None:
        self.slope = 0.0
        """By how much a second of the sender's samples takes longer than one second."""
        self._rate_hz = rate_hz
        self._first_s: float | None = None
        self._at = self._offset_s = 0.0
        self._drifts = False
        """Whether its clock is known to differ."""
        self._second = 0
        self._earliest = (0.0, np.inf)
        """Of this second: its nominal time, and how late it was."""
        self._window_s = WINDOW_S
        self._windows: list[tuple[float, float]] = []
        """The earliest of each, since sound was last missing."""
        self._begins_s = 0.0
        """When the newest window begins."""

    def feed(self, count: int, heard_s: float) -> float | None:
        """Take a stamp: the sample with this count was heard at `heard_s`.

        Returns:
            Once a second, how much later its earliest stamp is than expected; None in between.
        """
        nominal_s = count / self._rate_hz
        if self._first_s is None:
            self._first_s = heard_s
        done = self._end_second() if int(nominal_s) != self._second else None
        self._second = int(nominal_s)
        self._earliest = min(self._earliest, (nominal_s, heard_s - self._first_s - nominal_s), key=lambda one: one[1])
        return done

    def heard_s(self, count: float) -> float:
        """When the sample with this count was or will be heard."""
        nominal_s = count / self._rate_hz
        return (self._first_s or 0.0) + nominal_s + self._offset_s + self.slope * (nominal_s - self._at)

    def stretch(self, behind_s: float) -> float:
        """The factor by which to stretch the sound, near 1; see `Drift.stretch`."""
        if not self._drifts:
            return 1.0
        return 1.0 + min(max(self.slope + behind_s / CATCH_UP_S, -LARGEST_CORRECTION), LARGEST_CORRECTION)

    def interrupt(self) -> None:
        """Sound is missing here, and what follows was placed again: it says nothing about the clock before it."""
        self._windows.clear()

    def _end_second(self) -> float | None:
        nominal_s, offset_s = self._earliest
        self._earliest = (0.0, np.inf)
        if offset_s == np.inf:
            return None
        late_s = offset_s - self._offset_s - self.slope * (nominal_s - self._at)
        if not self._windows or nominal_s >= self._begins_s + self._window_s:
            self._fit()
            self._windows.append((nominal_s, offset_s))
            self._begins_s = nominal_s
        elif offset_s < self._windows[-1][1]:
            self._windows[-1] = nominal_s, offset_s
        return late_s

    def _fit(self) -> None:
        """Draw the line below all windows."""
        if len(self._windows) == MOST_WINDOWS:
            pairs = zip(self._windows[::2], self._windows[1::2], strict=True)
            self._windows = [min(pair, key=lambda one: one[1]) for pair in pairs]
            self._window_s *= 2
        if len(self._windows) * self._window_s < LEAST_S:
            return
        ats, offsets = np.array(self._windows).T
        middle = float(ats.mean())
        below = (offsets - SLOPES[:, None] * (ats - middle)).min(axis=1)
        slope = float(SLOPES[below.argmax()])
        if self._drifts or abs(slope) * (ats[-1] - ats[0]) >= LEAST_DRIFT_S:
            self._drifts = True
            self.slope, self._at, self._offset_s = slope, middle, float(below.max())

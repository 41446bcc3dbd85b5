"""Clock drift of sound cards: no two agree on how long a second is. Measures the drift and its correction.

Pure arithmetic on pairs of a sample count and the time of that sample; it never sees the samples.
"""

from collections import deque

import numpy as np

SECONDS_FITTED = 30
SECONDS_BEFORE_SLOPE = 5
"""A device's first seconds are fitted without a slope: its buffers are still settling."""
CATCH_UP_S = 10.0
"""A remaining error is corrected over so many seconds."""
LARGEST_CORRECTION = 300e-6
"""No quartz is further off; it is a 200th of a semitone, which nobody hears or measures."""
RESYNC_S = 0.04
"""An error this large means that sound was lost or doubled: no drift grows so fast, and the earliest stamp of a second
is accurate to a few milliseconds. Stretching would need minutes to correct it."""


class Drift:
    """When a device's samples were heard, from time stamps that are late or jitter.

    A stamp can be late (the program was busy), but hardly early. So the earliest one of every second counts, and a
    least-squares line is fitted to those of the last 30 s.

    Args:
        rate_hz: the sample rate that the device reports.
    """

    def __init__(self, rate_hz: int) -> None:
        self.slope = 0.0
        """By how much a second of the device's samples takes longer than one second."""
        self._rate_hz = rate_hz
        self._first_s: float | None = None
        self._offset_s = 0.0
        self._at = 0.0
        self._second = 0
        self._earliest: tuple[float, float] | None = None
        self._seconds: deque[tuple[float, float]] = deque(maxlen=SECONDS_FITTED)

    def feed(self, count: int, heard_s: float) -> float | None:
        """Take a stamp: the sample with this count was heard at `heard_s`.

        Returns:
            Once a second, how much later its stamps are than the earlier ones predict; None in between.
        """
        nominal_s = count / self._rate_hz
        if self._first_s is None:
            self._first_s = heard_s
        offset_s = heard_s - self._first_s - nominal_s
        done = self._end_second() if int(nominal_s) != self._second else None
        self._second = int(nominal_s)
        if self._earliest is None or offset_s < self._earliest[1]:
            self._earliest = (nominal_s, offset_s)
        return done

    def heard_s(self, count: float) -> float:
        """When the sample with this count was or will be heard."""
        nominal_s = count / self._rate_hz
        return (self._first_s or 0.0) + nominal_s + self._offset_s + self.slope * (nominal_s - self._at)

    def stretch(self, behind_s: float) -> float:
        """The factor by which to stretch the device's sound, near 1.

        Args:
            behind_s: how far the output so far is behind the time at which it was heard.
        """
        correction = self.slope + behind_s / CATCH_UP_S
        return 1.0 + min(max(correction, -LARGEST_CORRECTION), LARGEST_CORRECTION)

    def interrupt(self) -> None:
        """Sound is missing here: a card's clock runs on."""

    def _end_second(self) -> float | None:
        if self._earliest is None:
            return None
        at, offset_s = self._earliest
        self._earliest = None
        late_s = offset_s - (self._offset_s + self.slope * (at - self._at)) if self._seconds else 0.0
        if abs(late_s) <= RESYNC_S:
            self._seconds.append((at, offset_s))
            self._fit()
        return late_s

    def _fit(self) -> None:
        ats, offsets = np.array(self._seconds).T
        if len(ats) < SECONDS_BEFORE_SLOPE:
            self._at, self._offset_s, self.slope = float(ats[-1]), float(offsets.min()), 0.0
            return
        middle = ats - ats.mean()
        slope = float(middle @ offsets / (middle @ middle))
        self.slope = min(max(slope, -LARGEST_CORRECTION), LARGEST_CORRECTION)
        self._at, self._offset_s = float(ats.mean()), float(offsets.mean())

"""Whether as many samples arrive as the platform claims: a wrong rate makes every pitch and every rate wrong."""

NS = 1_000_000_000
WINDOW_NS = 3 * NS
PAUSE_NS = NS // 4
"""A gap in arrivals: nothing is said about the rate across it, nor in the burst behind it."""
SETTLE_NS = NS
TOLERANCE = 0.05
WINDOWS = 3
"""So many in a row have to be wrong."""
AHEAD_S = 10
"""Nobody speaks faster than the clock: more sound than this ahead of it is no call."""
RATES_HZ = (8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000)


def rate_near(measured_hz: float) -> int | None:
    """Give the rate that sound has which arrives at this one; None if no telephone system has such a rate."""
    nearest = min(RATES_HZ, key=lambda rate: abs(rate - measured_hz))
    return nearest if abs(measured_hz / nearest - 1) <= TOLERANCE else None


class RateCheck:
    """Compares the samples of a side that arrive in three seconds with its rate, until they agree once.

    Args:
        rate_hz: as the platform claims it.
        at_ns: when the side began.
    """

    def __init__(self, rate_hz: int, at_ns: int) -> None:
        self.ahead = False
        """Whether so much came that it cannot be sound of a call at this rate."""
        self._rate_hz = rate_hz
        self._began_ns = self._last_ns = at_ns
        self._total = 0
        self._settled_ns = at_ns + SETTLE_NS
        self._from_ns: int | None = None
        self._samples = 0
        self._wrong = 0

    def feed(self, samples: int, at_ns: int) -> float | None:
        """Take a piece of sound; give the rate that was measured, in Hz, once it is certain that it is wrong."""
        self._total += samples
        elapsed_ns = at_ns - self._began_ns
        if self._total * NS > (elapsed_ns + AHEAD_S * NS) * self._rate_hz:
            self.ahead = True
            return self._total * NS / max(elapsed_ns, NS)
        if self._wrong < 0:
            return None
        pause, self._last_ns = at_ns - self._last_ns > PAUSE_NS, at_ns
        if pause:
            self._settled_ns, self._from_ns = at_ns + SETTLE_NS, None
        if self._from_ns is None:
            self._from_ns, self._samples = (at_ns, 0) if at_ns >= self._settled_ns else (None, 0)
            return None
        self._samples += samples
        return self._window(at_ns, at_ns - self._from_ns)

    def _window(self, at_ns: int, window_ns: int) -> float | None:
        if window_ns < WINDOW_NS:
            return None
        measured_hz = self._samples * NS / window_ns
        self._from_ns, self._samples = at_ns, 0
        agrees = abs(measured_hz / self._rate_hz - 1) <= TOLERANCE
        self._wrong = -1 if agrees else self._wrong + 1
        if self._wrong < WINDOWS:
            return None
        self._wrong = -1  # said once
        return measured_hz

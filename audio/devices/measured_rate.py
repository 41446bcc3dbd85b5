"""Some devices give their sound at another rate than they say: found out from how many samples come in how long."""

from audio.devices.ring import Piece

COMMON_HZ = (8_000, 11_025, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 88_200, 96_000, 176_400, 192_000)
"""The rates there are; neighbours are 8 % apart and more."""
MEASURED_S = 2.0
"""Stamps are up to 30 ms off: 1.5 % of this."""
NEAR = 0.02
"""A measured rate so near a common one is that rate."""
FAR = 0.04
"""And must be so far from the one that the device says."""
IN_A_ROW = 3
"""Measurements that have to agree: a device that loses sound gives less of it, but never three times as much less."""


class MeasuredRate:
    """The pieces of an open device in, another rate out, once it is sure.

    Args:
        rate_hz: what the device says.
    """

    def __init__(self, rate_hz: int) -> None:
        self._said_hz = rate_hz
        self._since_s: float | None = None
        self._count = 0
        self._found: list[int] = []

    def feed(self, piece: Piece) -> int | None:
        """Take the next piece; the true rate if it is another one than was said."""
        if self._since_s is None or piece.overrun or piece.heard_s < self._since_s:
            self._begin(piece)
            self._found.clear()
            return None
        passed_s = piece.heard_s - self._since_s
        if passed_s < MEASURED_S:
            self._count += len(piece.samples)
            return None
        true_hz = self._nearest(self._count / passed_s)
        self._begin(piece)
        if true_hz is None or self._found[:1] not in ([], [true_hz]):
            self._found.clear()
        if true_hz is not None:
            self._found.append(true_hz)
        return true_hz if len(self._found) >= IN_A_ROW else None

    def _begin(self, piece: Piece) -> None:
        self._since_s, self._count = piece.heard_s, len(piece.samples)

    def _nearest(self, measured_hz: float) -> int | None:
        """The common rate that was measured; None if it is the device's own, or none."""
        if abs(measured_hz / self._said_hz - 1) < FAR:
            return None
        return next((common for common in COMMON_HZ if abs(measured_hz / common - 1) <= NEAR), None)

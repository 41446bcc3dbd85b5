"""The true sample rate of a device, which may differ from the one it reports: measured by counting samples."""

from audio.devices.ring import Piece

COMMON_HZ = (8_000, 11_025, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 88_200, 96_000, 176_400, 192_000)
"""The common rates; neighbours are 8 % apart and more."""
MEASURED_S = 2.0
"""Stamps are up to 30 ms off: 1.5 % of this."""
NEAR = 0.02
"""A measured rate this close to a common one is that rate."""
FAR = 0.04
"""It must also be this far from the rate that the device reports."""
IN_A_ROW = 3
"""Measurements that must agree: a device that loses sound delivers less, but never the same three times in a row."""


class MeasuredRate:
    """Pieces of an open device in, its true rate out, once it is certain.

    Args:
        rate_hz: what the device reports.
    """

    def __init__(self, rate_hz: int) -> None:
        self._said_hz = rate_hz
        self._since_s: float | None = None
        self._count = 0
        self._found: list[int] = []

    def feed(self, piece: Piece) -> int | None:
        """Take the next piece; return the true rate if it differs from the reported one."""
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

"""Where each decoded frame belongs: at the time that the file gives it, not behind the frame before."""

from dataclasses import dataclass

JUMP_S = 0.06
"""Times in files are rounded, and clocks of browsers differ a little from the sound: less is no jump."""
LONGEST_JUMP_S = 3600.0
"""A time that is further away is damaged."""


@dataclass(slots=True)
class Timeline:
    """Places the frames of one track.

    Args:
        rate_hz: of the sound.
        begin_s: the time at which the file begins; None if it begins with the first frame.
    """

    rate_hz: int
    begin_s: float | None = None
    end: int = 0
    """Index behind the last frame that was placed."""
    _shift_s: float = 0.0
    """Added to the times of a file that was joined to the one before, since each begins anew."""

    def place(self, time_s: float | None, count: int, *, exactly: bool = False) -> int:
        """Return the index of the first of the next frames.

        Args:
            time_s: the time that the file gives them; None if it gives none.
            count: how many frames they are.
            exactly: whether sound before them is known to be missing, so that no jump is too small.
        """
        start = self.end
        if time_s is not None:
            if self.begin_s is None:
                self.begin_s = time_s
            jump = round((time_s - self.begin_s + self._shift_s) * self.rate_hz) - self.end
            least = 0 if exactly else round(JUMP_S * self.rate_hz)
            if least < jump <= LONGEST_JUMP_S * self.rate_hz:
                start = self.end + jump
            elif abs(jump) > round(JUMP_S * self.rate_hz):
                self._shift_s -= jump / self.rate_hz
        self.end = start + count
        return start

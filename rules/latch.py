"""Hold, hysteresis and cooldown of one rule and speaker."""

from typing import Literal

TOLERANCE_S = 1e-6
"""Less than a sample: sums of step lengths are off by rounding."""


class Latch:
    """Fires when something has held for long enough, and eases when it is clearly over.

    Speech between the two limits of the hysteresis neither counts towards the hold nor restarts it. Time passes
    only in what is fed, so pauses neither count nor break the hold.

    Args:
        hold_s: seconds of speech for which it must hold.
        cooldown_s: media time after a firing before the next one.
        reminds: whether the next one may be about what still holds; otherwise it must have eased.
    """

    def __init__(self, hold_s: float = 0.0, cooldown_s: float = 0.0, *, reminds: bool = True) -> None:
        self.on = False
        """Fired and not yet eased."""
        self.held_s = 0.0
        """Seconds of speech counted so far."""
        self._hold_s = hold_s - TOLERANCE_S
        self._cooldown_s = cooldown_s - TOLERANCE_S
        self._reminds = reminds
        self._counted_to_s = 0.0
        self._fired_s: float | None = None

    def feed(self, start_s: float, end_s: float, *, met: bool, kept: bool) -> Literal["fired", "eased"] | None:
        """Take one stretch of speech.

        Several metrics of the same stretch may be fed one after the other: it counts once.

        Args:
            start_s: where the stretch begins, in media time.
            end_s: where it ends.
            met: beyond the limit.
            kept: not yet beyond the limit at which it clears; true whenever `met` is.
        """
        if not kept:
            self.held_s = 0.0
            if self.on:
                self.on = False
                return "eased"
        elif met:
            self.held_s += max(0.0, end_s - max(start_s, self._counted_to_s))
            self._counted_to_s = max(self._counted_to_s, end_s)
            cool = self._fired_s is None or end_s - self._fired_s >= self._cooldown_s
            if cool and self.held_s >= self._hold_s and (self._reminds or not self.on):
                self.on = True
                self._fired_s = end_s
                return "fired"
        return None

    def reset(self) -> None:
        """Forget what held, but not when it last fired."""
        self.on = False
        self.held_s = 0.0

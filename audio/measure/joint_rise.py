"""Whether level, effort, pitch and rate are up together: four small rises at once are no chance."""

LEVEL_DB, EFFORT_DB, PITCH_ST, RATE_PCT = 6.0, 5.0, 2.4, 15.0
"""Rises over the usual that would each be clear alone; a greater one counts no more, so that no single one decides."""
IN_STEP = 0.5
"""Mean share of these rises that is still ordinary talk: two of the four alone do not exceed it."""
MOST_S = 3.0
"""However long it lasts, so much is remembered: it must be seen soon that it is over."""


class JointRise:
    """One speaker's rises over the usual in, how sure it is that they are up together out.

    A sequential test, as the one of the rate: every second of speech adds what the mean share is over `IN_STEP`.
    """

    def __init__(self) -> None:
        self._rise_s = 0.0

    def feed(self, shares: tuple[float, float, float, float], seconds: float) -> float:
        """Take the next piece of speech, and return the seconds by which everything is up.

        Args:
            shares: level, effort, pitch and rate over the usual, each as a share of what is clear alone.
            seconds: length of the piece.
        """
        mean = sum(min(max(share, -1.0), 1.0) for share in shares) / len(shares)
        self._rise_s = min(max(self._rise_s + (mean - IN_STEP) * seconds, 0.0), MOST_S)
        return self._rise_s


def shares_of_clear(
    level_db: float, effort_db: float, pitch_st: float, rate_pct: float
) -> tuple[float, float, float, float]:
    """Rises over the usual as shares of what would be clear alone, for `JointRise`."""
    return level_db / LEVEL_DB, effort_db / EFFORT_DB, pitch_st / PITCH_ST, rate_pct / RATE_PCT

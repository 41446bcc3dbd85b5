"""What is usual for one speaker: the median of their own speech, which an excited call does not move."""

import statistics
from dataclasses import dataclass, field

LEARNING_S = 60
"""Seconds of speech from which the usual is learnt; from then on it only drifts."""
LEAST_SPEECH_S = 20
"""Seconds of speech before which there is no usual, without a profile."""
PRIOR_SPEECH_S = 10
"""Weight of the general population, in seconds of speech: people differ more from each other than one person does from
one moment to the next, so the speaker's own speech soon counts for more."""
PROFILE_SPEECH_S = 30
"""Weight of the speaker's earlier calls."""
DRIFT_S = 240
"""Seconds of speech in which the usual goes most of the way to a lasting change within the spread."""
NEAR_SPREADS = 2.0
"""Only values within so many spreads of the usual may move it."""
MOST_DRIFT_SPREADS = 2.0
"""It never moves further than this from where it was learnt."""


@dataclass(slots=True)
class Baseline:
    """One measure of one speaker; fed with one value for each second of own speech.

    The usual is the median of the first minute, its spread the median absolute deviation (times 1.48, so that it
    compares with a standard deviation). After that it drifts, and only by values within two spreads, while the
    recent ones are near it, and never further than two spreads: continued loud speech stays loud. Memory and work
    do not grow with the call.
    """

    least_spread: float
    """Smallest plausible spread, in the measure's unit."""
    prior: float | None = None
    """The value of the general population, in the measure's unit: weighs as much as 10 s of the speaker's speech."""
    seed: float | None = None
    """The speaker's usual in earlier calls: known at the start, and weighs as much as 30 s of the speaker's speech."""
    drifts: bool = True
    """False to keep what was learnt in the first minute."""
    _learnt: list[float] = field(default_factory=list)
    _count: int = 0
    _anchor: float = 0.0
    _centre: float = 0.0
    _spread: float = 0.0
    _lately: float = 0.0
    """Recent values, smoothed: far from the usual, they freeze it."""

    @property
    def usual(self) -> float | None:
        """The usual value; None until it is known."""
        if self._count < LEAST_SPEECH_S and self.seed is None:
            return None
        return self._centre if self._count else self.seed

    @property
    def spread(self) -> float:
        """How far values typically are from the usual."""
        return max(self._spread, self.least_spread)

    def feed(self, value: float) -> None:
        """Take the value of the next second of speech."""
        self._count += 1
        if self._count <= LEARNING_S:
            self._learn(value)
        elif self.drifts:
            self._drift(value)

    def restart(self, usual: float) -> None:
        """Learn from the start, with this as all that is known: the values moved for a reason that is not the voice."""
        self.seed, self._count = usual, 0
        self._learnt.clear()

    def _learn(self, value: float) -> None:
        self._learnt.append(value)
        median = statistics.median(self._learnt)
        self._spread = 1.48 * statistics.median(abs(learnt - median) for learnt in self._learnt)
        known, speech_s = (self.prior, PRIOR_SPEECH_S) if self.seed is None else (self.seed, PROFILE_SPEECH_S)
        self._centre = median if known is None else (self._count * median + speech_s * known) / (self._count + speech_s)
        self._anchor = self._lately = self._centre
        if self._count == LEARNING_S:
            self._learnt.clear()

    def _drift(self, value: float) -> None:
        self._lately += (value - self._lately) / 5
        near = NEAR_SPREADS * self.spread
        if abs(value - self._centre) > near or abs(self._lately - self._centre) > near / 2:
            return
        centre = self._centre + (value - self._centre) / DRIFT_S
        most = MOST_DRIFT_SPREADS * self.spread
        self._centre = min(max(centre, self._anchor - most), self._anchor + most)

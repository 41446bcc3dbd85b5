"""What a microphone did and the voice did not: another gain, gain control, another person's voice at it."""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from audio.measure.effort import BALANCE_BY_EFFORT_DB, PITCH_BY_EFFORT_ST, effort_db
from audio.values import MicrophoneKind

GAIN_S = 6
"""Seconds of speech that have to agree before a gain is taken to have changed."""
LEAST_GAIN_DB = 4.0
"""Smaller changes are those of a head that turns."""
EACH_DB = 2.5
"""So far each of these seconds has to be off, to the same side."""
VOICE_SHARE = 0.35
"""A voice shows at least this share of a rise in level as effort; a gain shows none."""
CONTROL_S = 4
"""Seconds of speech with more effort and no more level, after which gain control is taken to be at work."""
CONTROL_EFFORT_DB = 5.0
CONTROL_SHARE = 0.5
"""A level that follows less than this share of the effort is held by something."""
SPREAD_S = 30
"""Seconds of speech over which the spread of the level is taken."""
LEAST_SPREAD_S = 15
CONTROLLED_SPREAD_DB = 1.2
"""The level of speech spreads by 0.9 to 3 dB over half a minute; gain control and compressors leave 0.4 to 1.1 dB."""
VOICE_S, SURE_VOICE_S = 8, 20
"""Seconds of speech after which a voice is compared with that of the profile: until the first it may be anybody's, and
more seconds tell more."""
FAR_ST = 3.5
FAR_DB = 4.5
FAR_EFFORT_DB = 5.0
"""So far from a profile, the voice is another's; a person's own day moves it less."""
SAME_RAISE_DB = 8.0
"""Unless pitch and balance show the same rise of effort within this, and the level at least half of it: then it is the
same person, louder. A colleague whose voice is higher and brighter is no louder."""


@dataclass(frozen=True, slots=True)
class OverUsual:
    """A second of speech over the usual."""

    level_db: float
    balance_db: float
    pitch_st: float

    @property
    def effort_db(self) -> float:
        """How much louder the voice is, whatever the gain."""
        return effort_db(self.balance_db, self.pitch_st)


@dataclass(frozen=True, slots=True)
class Change:
    """What has been found out."""

    kind: MicrophoneKind
    by_db: float = 0.0
    """Of the gain."""


def spread_db(levels_db: Sequence[float]) -> float | None:
    """How much the level of each of the last seconds of speech varies: the median deviation, as a standard deviation.

    A few loud seconds do not change it. None if there were too few.
    """
    if len(levels_db) < LEAST_SPREAD_S:
        return None
    middle = median(levels_db)
    return 1.48 * median(abs(level - middle) for level in levels_db)


class MicrophoneWatch:
    """Seconds of one speaker's speech over the usual in, what is not the voice's doing out.

    Args:
        profiled: whether the usual is that of a profile, and the voice may be another's.
    """

    def __init__(self, *, profiled: bool) -> None:
        self._recent: deque[OverUsual] = deque(maxlen=SPREAD_S)
        self._compares = profiled
        """Whether the voice may still turn out to be another's."""
        self._sure = not profiled
        self._controlled = False

    @property
    def sure(self) -> bool:
        """Whether the voice is known to be that of the usual: until then, effort over it may be another person."""
        return self._sure

    def feed(self, second: OverUsual) -> Iterator[Change]:
        """Take the next second of speech."""
        self._recent.append(second)
        if self._compares and len(self._recent) in {VOICE_S, SURE_VOICE_S}:
            self._compares = len(self._recent) < SURE_VOICE_S
            self._sure = True
            if _is_other_voice(self._recent):
                self._compares = False
                self._recent.clear()
                yield Change("other voice")
        if gain_db := _gain_db(list(self._recent)[-GAIN_S:]):
            self._recent.clear()
            yield Change("gain", gain_db)
        if not self._controlled and _is_controlled(self._recent):
            self._controlled = True
            yield Change("gain control")


def _gain_db(seconds: list[OverUsual]) -> float:
    """By how much the gain has changed; 0 if it has not."""
    if len(seconds) < GAIN_S:
        return 0.0
    by_db = median(second.level_db for second in seconds)
    side = 1 if by_db > 0 else -1
    steady = all(side * second.level_db >= EACH_DB for second in seconds) and abs(by_db) >= LEAST_GAIN_DB
    shown_db = side * median(second.effort_db for second in seconds)
    return by_db if steady and -abs(by_db) < shown_db < VOICE_SHARE * abs(by_db) else 0.0


def _is_controlled(seconds: Sequence[OverUsual]) -> bool:
    spread = spread_db([second.level_db for second in seconds])
    if spread is None or spread >= CONTROLLED_SPREAD_DB:
        return False
    lately = list(seconds)[-CONTROL_S:]
    effort = median(second.effort_db for second in lately)
    return effort >= CONTROL_EFFORT_DB and abs(median(second.level_db for second in lately)) < CONTROL_SHARE * effort


def _is_other_voice(seconds: Sequence[OverUsual]) -> bool:
    level_db, balance_db, pitch_st, effort = (
        median(getattr(second, name) for second in seconds)
        for name in ("level_db", "balance_db", "pitch_st", "effort_db")
    )
    by_pitch_db, by_balance_db = pitch_st / PITCH_BY_EFFORT_ST, balance_db / BALANCE_BY_EFFORT_DB
    alike = min(by_pitch_db, by_balance_db) > 0 and abs(by_pitch_db - by_balance_db) <= SAME_RAISE_DB
    raised = alike and level_db >= effort / 2
    return (abs(pitch_st) >= FAR_ST or abs(balance_db) >= FAR_DB or effort >= FAR_EFFORT_DB) and not raised

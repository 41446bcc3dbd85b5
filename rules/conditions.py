"""The conditions of rules: a metric beyond a limit, phrases, a long stretch of talk."""

from collections.abc import Mapping
from dataclasses import dataclass

from rules.model import Speaker


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricCondition:
    """A metric beyond a limit. False as long as there is no reading."""

    metric: str
    """A name from the table of metrics."""
    above: float | None = None
    """Holds from this value on. Either this or `below` is given."""
    below: float | None = None
    """Holds under this value."""
    clear_below: float | None = None
    """With `above`: once it held, it ends only below this value; without it, as soon as it is below the limit."""
    clear_above: float | None = None
    """With `below`: once it held, it ends only at this value and above."""
    speaker: Speaker
    """Whose metric; the rule's speaker if not given."""
    hold_s: float = 0.0
    """Seconds of speech it must hold to count beside words (a rule of metrics alone has its own `hold_s`)."""
    within_s: float = 0.0
    """How long it counts after it held, so that it can combine with words."""

    @property
    def limit(self) -> float:
        """The value from which it holds."""
        return self.above if self.above is not None else self.below or 0.0

    def met(self, value: float) -> bool:
        """Whether the value is beyond the limit."""
        return value >= self.above if self.above is not None else value < self.limit

    def kept(self, value: float) -> bool:
        """Whether it still holds after it once held."""
        if self.above is not None:
            return value >= (self.above if self.clear_below is None else self.clear_below)
        return value < (self.limit if self.clear_above is None else self.clear_above)


@dataclass(frozen=True, slots=True, kw_only=True)
class PhraseCondition:
    """Phrases of some lists were said."""

    phrases: tuple[str, ...]
    """Names of lists in `words/`."""
    at_least: int = 1
    """How many phrases must have been said."""
    within_s: float = 60.0
    """Only the last so many seconds count."""
    speaker: Speaker
    """Who said them; the rule's speaker if not given."""
    min_probability: float = 0.5
    """The mean of Whisper's word probabilities below which a phrase counts as misheard."""
    same: bool = False
    """Whether only identical wording is counted."""
    until: tuple[str, ...] = ()
    """Names of lists whose phrases, said later by the same speaker, end it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TalkCondition:
    """Someone has talked for long, with nothing but backchannels from the other."""

    talked_for_s: float
    """Seconds of their speech."""
    within_s: float = 60.0
    """How long it counts after the talk."""
    speaker: Speaker


Condition = MetricCondition | PhraseCondition | TalkCondition


def listened_for(condition: Condition) -> tuple[tuple[str, Speaker], ...]:
    """The phrase lists that a condition reads, each with the speaker whose words are matched."""
    if isinstance(condition, PhraseCondition):
        return tuple((name, condition.speaker) for name in (*condition.phrases, *condition.until))
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class VoicesCondition:
    """When the speech on one track is that of two people: by two groups of pitches, or by two voices."""

    voiced_s: float
    """Least voiced speech of which anything is said."""
    apart_st: float
    """Least distance between the pitches of the groups."""
    smaller_share: float
    """Least share of the smaller group."""
    changes: float
    """Least share of neighbouring stretches of different groups: people take turns."""
    timbre: float
    """How surely the timbre must tell the groups apart, 0.5 to 1: an upset voice is higher, and the same voice."""
    separation: float
    """Groups this many times as far apart as they are wide need no other timbre."""
    voice_distance: float
    """Least distance between the voices, 1 minus the cosine: one voice that says the same again is no second one."""
    distinctness: float
    """How much further the voices must be from each other than one is from itself, window by window."""
    clearness: float
    """How many standard deviations of a voice they must be apart, on the line through both."""
    voice_share: float
    """Least share of the voice that speaks less."""
    turns: float
    """How often the voice must change at least: a reader's next chapter is no second person."""
    told_apart: float
    """How many times the least distance, distinctness and clearness it needs to say who speaks when."""

    def met(self, measured: Mapping[str, float]) -> bool:
        """Whether a track with these measures, named as the fields are, holds two people."""
        reached = {name for name, value in measured.items() if value >= getattr(self, name)}
        return reached >= {"voiced_s", "apart_st", "smaller_share", "changes"} and bool(
            reached & {"timbre", "separation"}
        )

    def heard(self, speech_s: float, smaller_share: float, turns: float) -> bool:
        """Whether there is enough of both voices to compare them."""
        return speech_s >= self.voiced_s and smaller_share >= self.voice_share and turns >= self.turns

    def sureness(self, distance: float, distinctness: float, clearness: float) -> float:
        """How surely two voices are two people's: from 1 on they are; `told_apart` is enough to say who speaks when."""
        return min(distance / self.voice_distance, distinctness / self.distinctness, clearness / self.clearness)

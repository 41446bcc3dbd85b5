"""The state of each condition of a rule, as readings and words come in."""

from collections import Counter, deque
from dataclasses import dataclass
from operator import attrgetter

from rules.conditions import Condition, MetricCondition, PhraseCondition, TalkCondition
from rules.language.phrases import Match
from rules.latch import Latch
from rules.model import Reading
from rules.utterance_reader import ReadUtterance


@dataclass(frozen=True, slots=True)
class Quoted:
    """The measure that a firing names, if any."""

    metric: str = ""
    value: float | None = None
    baseline: float | None = None
    limit: float | None = None


NOTHING = Quoted()


class MetricEvidence:
    """One metric against its limit."""

    phrases: tuple[str, ...] = ()
    because: tuple[str, ...] = ()

    def __init__(self, condition: MetricCondition) -> None:
        self.met = False
        """Beyond the limit at the last reading."""
        self.kept = False
        """Not yet beyond the limit at which it clears."""
        self.spent = False
        """Has fired, and has not cleared since."""
        self.since_s = 0.0
        """Media time at which it last held."""
        self.reads = (condition.metric, condition.speaker)
        """Metric and speaker of the readings that it takes."""
        self._reading: Reading | None = None
        self._condition = condition
        self._latch = Latch(condition.hold_s)
        self._has_held = False

    @property
    def quoted(self) -> Quoted:
        """The last reading."""
        if (reading := self._reading) is None:
            return NOTHING
        return Quoted(reading.metric, reading.value, reading.baseline, self._condition.limit)

    @property
    def holds(self) -> bool:
        """With hysteresis, and for its own `hold_s`."""
        return self._latch.on

    def feed(self, item: Reading | ReadUtterance) -> None:
        """Take a reading, if it is of this metric."""
        condition = self._condition
        if not isinstance(item, Reading) or (item.metric, item.speaker) != self.reads:
            return
        self.met, self.kept = condition.met(item.value), condition.kept(item.value)
        self.spent = self.spent and self.kept
        self._reading = item
        self._latch.feed(item.start_s, item.end_s, met=self.met, kept=self.kept)
        if self.holds:
            self._has_held = True
            self.since_s = item.end_s

    def counts(self, at_s: float) -> bool:
        """Whether it holds, or held recently enough."""
        return self._has_held and (self.holds or at_s - self.since_s <= self._condition.within_s)

    def use_up(self) -> None:
        """Require it to hold again before it counts."""
        self._latch.reset()
        self._has_held = False


class PhraseEvidence:
    """Recent phrases."""

    quoted = NOTHING

    def __init__(self, condition: PhraseCondition) -> None:
        self._condition = condition
        self._said: deque[Match] = deque()

    @property
    def since_s(self) -> float:
        """End of the last phrase."""
        return self._said[-1].end_s

    @property
    def phrases(self) -> tuple[str, ...]:
        """What was said, as far as it was heard clearly."""
        return tuple(match.text for match in self._said if match.quotable)

    @property
    def because(self) -> tuple[str, ...]:
        """What decided where no phrase did."""
        return tuple(reason for match in self._said for reason in match.because)

    def feed(self, item: Reading | ReadUtterance) -> None:
        """Take an utterance."""
        condition = self._condition
        if not isinstance(item, ReadUtterance) or item.speaker != condition.speaker:
            return
        found = [match for name in condition.phrases for match in item.found.get(name, ())]
        for match in sorted(found, key=attrgetter("end_s", "text")):
            if match.probability >= condition.min_probability:
                self._said.append(match)
        ended = [match.end_s for name in condition.until for match in item.found.get(name, ())]
        while ended and self._said and self._said[0].end_s <= max(ended):
            self._said.popleft()

    def counts(self, at_s: float) -> bool:
        """Whether enough phrases were said recently enough."""
        while self._said and at_s - self._said[0].end_s > self._condition.within_s:
            self._said.popleft()
        count = len(self._said)
        if self._condition.same:
            count = max(Counter(match.text.lower() for match in self._said).values(), default=0)
        return count >= self._condition.at_least

    def use_up(self) -> None:
        """Forget what was said."""
        self._said.clear()


class TalkEvidence:
    """A long stretch of talk."""

    phrases: tuple[str, ...] = ()
    because: tuple[str, ...] = ()

    def __init__(self, condition: TalkCondition) -> None:
        self.since_s = 0.0
        """End of the talk so far."""
        self._condition = condition
        self._talked_s: float | None = None

    @property
    def quoted(self) -> Quoted:
        """Seconds of talk."""
        return Quoted("talked_s", self._talked_s, None, self._condition.talked_for_s)

    def feed(self, item: Reading | ReadUtterance) -> None:
        """Take an utterance."""
        if not isinstance(item, ReadUtterance) or not item.turn or item.speaker != self._condition.speaker:
            return
        if item.turn.talked_s >= self._condition.talked_for_s:
            self._talked_s, self.since_s = item.turn.talked_s, item.end_s

    def counts(self, at_s: float) -> bool:
        """Whether someone talked for long, recently enough."""
        return self._talked_s is not None and at_s - self.since_s <= self._condition.within_s

    def use_up(self) -> None:
        """Forget the talk so far; later talk counts from zero."""
        self._talked_s = None


Evidence = MetricEvidence | PhraseEvidence | TalkEvidence


def evidence_for(condition: Condition) -> Evidence:
    """Empty evidence for a condition."""
    match condition:
        case MetricCondition():
            return MetricEvidence(condition)
        case PhraseCondition():
            return PhraseEvidence(condition)
        case TalkCondition():
            return TalkEvidence(condition)

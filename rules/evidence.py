"""How each condition of a rule stands, as readings and words come in."""

from collections import deque
from operator import attrgetter

from rules.hearing import Heard
from rules.latch import Latch
from rules.model import Reading
from rules.rulebook import Condition, MetricCondition, PhraseCondition, TalkCondition

Quoted = tuple[float | None, float | None, float | None]
"""Value, baseline and limit, as far as there are any."""


class MetricEvidence:
    """One metric against its limit."""

    def __init__(self, condition: MetricCondition) -> None:
        self.condition = condition
        self.met = False
        """Beyond the limit at the last reading."""
        self.kept = False
        """Not yet beyond the limit at which it clears."""
        self.holds = False
        """With hysteresis, for its own `hold_s`."""
        self.since_s = 0.0
        self._latch = Latch(condition.hold_s)
        self._held_s: float | None = None
        self._last: Reading | None = None

    @property
    def quoted(self) -> Quoted:
        """What there is to tell of it."""
        return (self._last.value, self._last.baseline, self.condition.limit) if self._last else (None, None, None)

    phrases: tuple[str, ...] = ()

    def feed(self, item: Reading | Heard) -> None:
        """Take a reading, if it is of this metric."""
        condition = self.condition
        if not isinstance(item, Reading) or (item.metric, item.speaker) != (condition.metric, condition.speaker):
            return
        self._last = item
        self.met, self.kept = condition.met(item.value), condition.kept(item.value)
        self._latch.feed(item.start_s, item.end_s, met=self.met, kept=self.kept)
        self.holds = self._latch.on
        if self.holds:
            self._held_s = self.since_s = item.end_s

    def counts(self, at_s: float) -> bool:
        """Whether it holds, or did so lately enough."""
        return self._held_s is not None and (self.holds or at_s - self._held_s <= self.condition.within_s)

    def use_up(self) -> None:
        """Let it hold anew before it counts again."""
        self._latch.reset()
        self.holds = False
        self._held_s = None


class PhraseEvidence:
    """Phrases said lately."""

    def __init__(self, condition: PhraseCondition) -> None:
        self.condition = condition
        self._matches: deque[tuple[float, str]] = deque()

    quoted: Quoted = (None, None, None)

    @property
    def since_s(self) -> float:
        """End of the last phrase."""
        return self._matches[-1][0]

    @property
    def phrases(self) -> tuple[str, ...]:
        """What was said."""
        return tuple(text for _, text in self._matches)

    def feed(self, item: Reading | Heard) -> None:
        """Take an utterance."""
        if isinstance(item, Heard) and item.speaker == self.condition.speaker:
            found = [match for name in self.condition.phrases for match in item.found.get(name, ())]
            for match in sorted(found, key=attrgetter("end_s", "text")):
                if match.probability >= self.condition.min_probability:
                    self._matches.append((match.end_s, match.text))

    def counts(self, at_s: float) -> bool:
        """Whether enough phrases were said lately enough."""
        while self._matches and at_s - self._matches[0][0] > self.condition.within_s:
            self._matches.popleft()
        return len(self._matches) >= self.condition.at_least

    def use_up(self) -> None:
        """Forget what was said."""
        self._matches.clear()


class TalkEvidence:
    """A long stretch of talk."""

    def __init__(self, condition: TalkCondition) -> None:
        self.condition = condition
        self.since_s = 0.0
        self._talked_s: float | None = None

    phrases: tuple[str, ...] = ()

    @property
    def quoted(self) -> Quoted:
        """What there is to tell of it."""
        return (self._talked_s, None, self.condition.talked_for_s)

    def feed(self, item: Reading | Heard) -> None:
        """Take an utterance."""
        if not isinstance(item, Heard) or not item.turn or item.speaker != self.condition.speaker:
            return
        if item.turn.talked_s >= self.condition.talked_for_s:
            self._talked_s, self.since_s = item.turn.talked_s, item.end_s

    def counts(self, at_s: float) -> bool:
        """Whether someone talked for long, lately enough."""
        return self._talked_s is not None and at_s - self.since_s <= self.condition.within_s

    def use_up(self) -> None:
        """Forget the talk so far; more of it counts anew."""
        self._talked_s = None


Evidence = MetricEvidence | PhraseEvidence | TalkEvidence


def evidence_for(condition: Condition) -> Evidence:
    """The evidence for a condition, still empty."""
    match condition:
        case MetricCondition():
            return MetricEvidence(condition)
        case PhraseCondition():
            return PhraseEvidence(condition)
        case TalkCondition():
            return TalkEvidence(condition)

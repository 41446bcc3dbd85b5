"""Judges one rule that reads words, item by item in media-time order."""

import math
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from rules.evidence import NOTHING, MetricEvidence, Quoted, evidence_for
from rules.model import Easing, Firing, Reading
from rules.rulebook import Rule
from rules.utterance_reader import ReadUtterance


@dataclass(frozen=True, slots=True)
class _Signal:
    """The conditions came true; whether that fires depends on repetition and answer."""

    since_s: float
    turn_end_s: float
    """Where the turn in which it came ended, as far as it was heard."""
    quoted: Quoted
    phrases: tuple[str, ...]
    because: tuple[str, ...]
    turn: int
    """Number of the turn in which it came."""
    turns: int = 0
    """Turns the agent has ended since."""

    def renewed(self, later: "_Signal") -> "_Signal":
        """The same signal with more evidence."""
        quoted = later.quoted if later.quoted.metric else self.quoted
        phrases, because = self.phrases + later.phrases, self.because + later.because
        return replace(self, quoted=quoted, phrases=phrases, because=because, turn_end_s=later.turn_end_s)


class WordRule:
    """Signals when enough conditions hold, and fires when the signal was repeated and not answered as the rule asks.

    A signal uses up its evidence: the next one needs new words, and metrics must hold again. So does an answer, and
    anything during the cooldown is ignored.

    Args:
        rule: what to judge.
        key_words: gives what the customer recently talked about, where the texts of the rule show it.
        say_back: gives a paraphrase of the customer's clause.
        matter: gives the stems of what the customer recently talked about.
    """

    def __init__(
        self,
        rule: Rule,
        key_words: Callable[[], tuple[str, ...]],
        say_back: Callable[[], str] = str,
        matter: Callable[[], frozenset[str]] = frozenset,
    ) -> None:
        self._rule = rule
        self._key_words = key_words
        self._say_back = say_back if any("{say_back" in text for text in rule.texts) else str
        self._matter = matter if rule.once_a_story else frozenset
        self._story = frozenset[str]()
        """What it has fired about."""
        self._evidence = [evidence_for(condition) for condition in rule.conditions]
        self._vetoes = [evidence_for(condition) for condition in rule.unless]
        self._leaning_on: list[MetricEvidence] = []
        """The metrics of its last signal."""
        self._signals: deque[float] = deque()
        self._pending: _Signal | None = None
        self._open = False
        self._turn = 0
        self._framed_turn = 0
        self._fired_s = self._answered_s = self._said_s = float("-inf")

    def feed(self, item: Reading | ReadUtterance) -> Iterator[Firing | Easing]:
        """Take the next reading of a metric that the rule reads, or the next utterance."""
        for evidence in (*self._evidence, *self._vetoes):
            evidence.feed(item)
        if isinstance(item, ReadUtterance):
            yield from self._hear(item)
        elif self._open and not self._rule.answer and any(not metric.kept for metric in self._leaning_on):
            self._open = False
            yield Easing(self._rule.id, self._rule.speaker, item.end_s)
        signal = self._signal(item)
        if signal is None:
            return
        if self._rule.answer and self._rule.answer.within_turns:
            self._pending = self._pending.renewed(signal) if self._pending else signal
        else:
            yield self._fire(signal, signal.since_s)

    def _hear(self, heard: ReadUtterance) -> Iterator[Firing | Easing]:
        rule, answer = self._rule, self._rule.answer
        if heard.turn:
            self._turn = heard.turn.number
        if rule.repeat and heard.speaker == "agent" and rule.repeat.once_after in heard.found:
            self._said_s = heard.end_s
        if answer is None:
            return
        if self._is_answer(heard):
            self._answered_s = heard.end_s
            self._pending = None
            self._signals.clear()
            self._use_up()
            if self._open:
                self._open = False
                yield Easing(rule.id, rule.speaker, heard.end_s)
        pending = self._pending
        if pending and heard.turn and heard.turn.number == pending.turn:
            self._pending = pending = replace(pending, turn_end_s=heard.end_s)
        if pending and heard.ended and heard.ended.speaker == "agent" and heard.ended.number > pending.turn:
            self._pending = pending = replace(pending, turns=pending.turns + 1)
            if heard.end_s - pending.since_s > answer.within_s:
                self._pending = None
            elif pending.turns >= answer.within_turns:
                yield self._fire(pending, heard.end_s)

    def _is_answer(self, heard: ReadUtterance) -> bool:
        answer = self._rule.answer
        if answer is None or heard.speaker != "agent":
            return False
        if answer.likely is not None and heard.scores.get(answer.said, -math.inf) >= answer.likely:
            return True
        if not answer.shared_words:
            return answer.said in heard.found
        if heard.turn is None:
            return False
        if 0 < answer.taken_up <= heard.shared_words:
            return True
        if answer.said in heard.found:
            self._framed_turn = heard.turn.number
        return self._framed_turn == heard.turn.number and heard.shared_words >= answer.shared_words

    def _signal(self, item: Reading | ReadUtterance) -> _Signal | None:
        rule, at_s = self._rule, item.end_s
        settled = rule.answer is not None and at_s - self._answered_s < rule.answer.lasts_s
        if settled or self._told or at_s - self._fired_s < rule.cooldown_s:
            self._use_up()
            return None
        counting = [evidence for evidence in self._evidence if evidence.counts(at_s)]
        since_s = [evidence.since_s for evidence in counting]
        if len(counting) < rule.need or any(veto.counts(at_s) for veto in self._vetoes):
            return None
        if rule.in_order and since_s != sorted(since_s):
            return None
        metrics = [evidence for evidence in counting if isinstance(evidence, MetricEvidence)]
        if not rule.reminds and len(metrics) == len(counting) and all(metric.spent for metric in metrics):
            return None
        signal = _Signal(
            since_s=max(since_s),
            turn_end_s=at_s,
            quoted=next((e.quoted for e in counting if e.quoted.metric), NOTHING),
            phrases=tuple(text for evidence in counting for text in evidence.phrases),
            because=tuple(dict.fromkeys(reason for evidence in counting for reason in evidence.because)),
            turn=self._turn,
        )
        self._leaning_on = metrics
        self._use_up()
        return signal if self._repeated(signal.since_s) else None

    @property
    def _told(self) -> bool:
        """Whether it has fired about this matter: most of it is the same."""
        matter = self._matter()
        return bool(self._story) and len(matter - self._story) <= len(matter) / 2

    def _use_up(self) -> None:
        for evidence in self._evidence:
            evidence.use_up()

    def _repeated(self, at_s: float) -> bool:
        repeat = self._rule.repeat
        if repeat is None:
            return True
        self._signals.append(at_s)
        while at_s - self._signals[0] > repeat.within_s:
            self._signals.popleft()
        enough = len(self._signals) >= repeat.times or at_s - self._said_s <= repeat.within_s
        if enough:
            self._signals.clear()
        return enough

    def _fire(self, signal: _Signal, at_s: float) -> Firing:
        rule = self._rule
        self._fired_s = at_s
        self._story |= self._matter()
        self._pending = None
        self._open = True
        for metric in self._leaning_on:
            metric.spent = metric.kept
        return Firing(
            rule=rule.id,
            speaker=rule.speaker,
            start_s=at_s,
            value=signal.quoted.value,
            baseline=signal.quoted.baseline,
            limit=signal.quoted.limit,
            severity=rule.told,
            action=rule.action,
            evidence=signal.phrases,
            because=signal.because,
            key_words=self._key_words(),
            owner=rule.owner,
            protocol=rule.protocol,
            say_back=self._say_back(),
            metric=signal.quoted.metric,
            trial=rule.maturity == "trial",
            turn_end_s=signal.turn_end_s,
        )

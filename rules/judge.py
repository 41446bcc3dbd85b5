"""All rules for one call."""

import heapq
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from itertools import count
from types import MappingProxyType
from typing import TypeVar

from rules.checklist import ChecklistWatch
from rules.conditions import MetricCondition
from rules.metric_rule import MetricRule
from rules.model import SPEAKERS, Goodbye, Prompt, Reading, Speaker, Spoken, Verdict, Watermark
from rules.outcomes.outcome import Outcomes
from rules.report_items import ReportItems
from rules.rulebook import ChecklistPlan, Rule, Rulebook
from rules.utterance_reader import ReadUtterance, UtteranceReader
from rules.word_rule import WordRule
from rules.words_rate import WordsRate

_Key = tuple[str, Speaker]
_Watch = TypeVar("_Watch")

HEARD_PROBABILITY = 0.5
"""The mean of Whisper's word probabilities below which a goodbye counts as misheard, as in conditions of rules."""


class Judge:
    """Readings and words in, firings out; prompts that were put up in, what the agent did after them out.

    Rules of metrics alone are judged reading by reading, as they come. Rules that read words, with or without
    metrics, are judged in media-time order, as far as the watermark says that nothing is missing: late words
    change when such a rule fires, never what it says. In a call without words, let the watermark follow the sound:
    rules that need words stay silent, and the others use their metrics. Without a watermark they are judged at the
    end.

    Args:
        rulebook: what to judge by.
        attributes: what is known about the call before it starts; numbers in it are the customer's readings at 0 s.
    """

    def __init__(self, rulebook: Rulebook, attributes: Mapping[str, str] = MappingProxyType({})) -> None:
        rules = [rule for rule in rulebook.rules if rule.enabled]
        reading_words = [rule for rule in rules if rule.reads_words]
        self._hearing = UtteranceReader(rulebook, reading_words)
        hearing = self._hearing
        word_watches = [
            (_metrics(rule), WordRule(rule, partial(hearing.key_words, rule), hearing.say_back, hearing.matter))
            for rule in reading_words
        ]
        self._checklists = [(_metrics(plan), ChecklistWatch(plan)) for plan in rulebook.checklists]
        self._noticing = ReportItems(rulebook.items)
        self._outcomes = Outcomes(rulebook)
        self._goodbye = rulebook.budget.goodbye
        behind_words: list[tuple[Sequence[_Key], WordRule | ChecklistWatch]] = [*word_watches, *self._checklists]
        self._word_watches = [watch for _, watch in behind_words]
        self._with_words = _by_metric(behind_words)
        self._tone_watches = _by_metric([(_metrics(rule), MetricRule(rule)) for rule in rules if not rule.reads_words])
        self._words_rate = {speaker: WordsRate(speaker) for speaker in SPEAKERS}
        self._later: list[tuple[tuple[float, bool, str, float, str], int, Reading | Spoken]] = []
        self._arrival = count()
        self._said = [said for reading in _known_before(attributes) for said in self._take(reading)]

    def feed(self, item: Reading | Spoken | Watermark | Prompt) -> Sequence[Verdict]:
        """Take the next item; readings of one speaker come in order, words may be late, prompts come when put up."""
        before, self._said = self._said, []
        return [*before, *self._take(item)]

    def flush(self) -> Sequence[Verdict]:
        """The call has ended: everything is known."""
        said = [*self._said, *self._judge_words(math.inf), *self._outcomes.flush()]
        return said + [checklist for _, watch in self._checklists for checklist in watch.flush()]

    def _take(self, item: Reading | Spoken | Watermark | Prompt) -> Sequence[Verdict]:
        match item:
            case Prompt():
                return list(self._outcomes.feed(item))
            case Watermark():
                return list(self._judge_words(item.until_s))
            case Spoken():
                self._put_off(item, (item.end_s, True, item.speaker, item.start_s, ""))
                return []
            case Reading():
                key = (item.metric, item.speaker)
                if key in self._with_words:
                    self._put_off(item, (item.end_s, False, item.speaker, item.start_s, item.metric))
                said = [said for watch in self._tone_watches.get(key, ()) for said in watch.feed(item)]
                return [*said, *self._outcomes.feed(item)]

    def _put_off(self, item: Reading | Spoken, order: tuple[float, bool, str, float, str]) -> None:
        heapq.heappush(self._later, (order, next(self._arrival), item))

    def _judge_words(self, until_s: float) -> Iterator[Verdict]:
        while self._later and self._later[0][2].end_s <= until_s:
            item = heapq.heappop(self._later)[2]
            if isinstance(item, Reading):
                for watch in self._with_words[item.metric, item.speaker]:
                    yield from watch.feed(item)
                continue
            for ahead in self._words_rate[item.speaker].feed(item):
                for watch in self._with_words.get((ahead.metric, ahead.speaker), ()):
                    yield from watch.feed(ahead)
            if heard := self._hearing.feed(item):
                for watch in self._word_watches:
                    yield from watch.feed(heard)
                yield from self._noticing.feed(heard)
                yield from self._goodbyes(heard)
                yield from self._outcomes.feed(heard)

    def _goodbyes(self, heard: ReadUtterance) -> Iterator[Goodbye]:
        for name in self._goodbye:
            for match in heard.found.get(name, ()):
                if match.probability >= HEARD_PROBABILITY:
                    yield Goodbye(match.end_s)


def _known_before(attributes: Mapping[str, str]) -> Iterator[Reading]:
    for name, text in sorted(attributes.items()):
        with suppress(ValueError):
            yield Reading("customer", name, 0.0, 0.0, float(text))


def _by_metric(watches: Iterable[tuple[Sequence[_Key], _Watch]]) -> dict[_Key, list[_Watch]]:
    found: dict[_Key, list[_Watch]] = {}
    for keys, watch in watches:
        for key in keys:
            found.setdefault(key, []).append(watch)
    return found


def _metrics(part: Rule | ChecklistPlan) -> Sequence[_Key]:
    conditions = (*part.conditions, *part.unless, *part.heeded_by) if isinstance(part, Rule) else part.conditions
    return list(dict.fromkeys((c.metric, c.speaker) for c in conditions if isinstance(c, MetricCondition)))

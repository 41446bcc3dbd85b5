"""All rules for one call."""

import heapq
import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import count
from types import MappingProxyType
from typing import TypeVar

from rules.hearing import Hearing
from rules.model import Reading, Speaker, Spoken, Verdict, Watermark
from rules.rulebook import Condition, MetricCondition, Rule, Rulebook
from rules.tone_watch import ToneWatch
from rules.word_watch import WordWatch

_Key = tuple[str, Speaker]
_Watch = TypeVar("_Watch")


class Judge:
    """Readings and words in, firings out.

    Rules of metrics alone are judged reading by reading, as they come. Rules that read words, with or without
    metrics, are judged in media-time order, as far as the watermark says that nothing is missing: words that come
    late change when such a rule speaks up, never what it says. In a call without words, let the watermark follow the
    sound: rules that need words stay silent, and rules that can do without go by their metrics. Without any watermark
    they are judged at the end.

    Args:
        rulebook: what to judge by.
        attributes: what is known of the call before it begins; numbers among them are the customer's readings at 0 s.
    """

    def __init__(self, rulebook: Rulebook, attributes: Mapping[str, str] = MappingProxyType({})) -> None:
        rules = [rule for rule in rulebook.rules if rule.enabled]
        reading_words = [rule for rule in rules if rule.reads_words]
        self._hearing = Hearing(rulebook, reading_words)
        self._word_watches = [WordWatch(rule, self._hearing.key_words) for rule in reading_words]
        self._with_words = _by_metric(reading_words, self._word_watches)
        tone_rules = [rule for rule in rules if not rule.reads_words]
        self._tone_watches = _by_metric(tone_rules, [ToneWatch(rule) for rule in tone_rules])
        self._later: list[tuple[tuple[float, bool, str, float, str], int, Reading | Spoken]] = []
        self._arrival = count()
        self._said = [said for reading in _known_before(attributes) for said in self._take(reading)]

    def feed(self, item: Reading | Spoken | Watermark) -> Sequence[Verdict]:
        """Take the next item; readings of one speaker come in order, words may be late."""
        before, self._said = self._said, []
        return [*before, *self._take(item)]

    def flush(self) -> Sequence[Verdict]:
        """The call is over: all is known."""
        return list(self._judge_words(math.inf))

    def _take(self, item: Reading | Spoken | Watermark) -> Sequence[Verdict]:
        match item:
            case Watermark():
                return list(self._judge_words(item.until_s))
            case Spoken():
                self._put_off(item, (item.end_s, True, item.speaker, item.start_s, ""))
                return []
            case Reading():
                key = (item.metric, item.speaker)
                if key in self._with_words:
                    self._put_off(item, (item.end_s, False, item.speaker, item.start_s, item.metric))
                return [said for watch in self._tone_watches.get(key, ()) for said in watch.feed(item)]

    def _put_off(self, item: Reading | Spoken, order: tuple[float, bool, str, float, str]) -> None:
        heapq.heappush(self._later, (order, next(self._arrival), item))

    def _judge_words(self, until_s: float) -> Iterator[Verdict]:
        while self._later and self._later[0][2].end_s <= until_s:
            item = heapq.heappop(self._later)[2]
            if isinstance(item, Reading):
                for watch in self._with_words[item.metric, item.speaker]:
                    yield from watch.feed(item)
            elif heard := self._hearing.feed(item):
                for watch in self._word_watches:
                    yield from watch.feed(heard)


def _known_before(attributes: Mapping[str, str]) -> Iterator[Reading]:
    for name, text in sorted(attributes.items()):
        with suppress(ValueError):
            yield Reading("customer", name, 0.0, 0.0, float(text))


def _by_metric(rules: Sequence[Rule], watches: Sequence[_Watch]) -> dict[_Key, list[_Watch]]:
    found: dict[_Key, list[_Watch]] = {}
    for rule, watch in zip(rules, watches, strict=True):
        for key in dict.fromkeys(_metrics((*rule.conditions, *rule.unless))):
            found.setdefault(key, []).append(watch)
    return found


def _metrics(conditions: Sequence[Condition]) -> Iterator[_Key]:
    for condition in conditions:
        if isinstance(condition, MetricCondition):
            yield condition.metric, condition.speaker

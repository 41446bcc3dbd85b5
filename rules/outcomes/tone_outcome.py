"""Judges whether the agent's voice changed after a prompt that asked for it."""

import math
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, replace
from statistics import median

from rules.conditions import MetricCondition
from rules.latch import TOLERANCE_S
from rules.model import Judged, Outcome, Prompt, Reading
from rules.outcomes.expected import ToneTest
from rules.rulebook import Rule
from rules.utterance_reader import ReadUtterance

LEAST_SPEECH_S = 3.0
"""With less of the agent's speech, a change of voice cannot be heard."""
MOST_SPEECH_S = 14.0
"""Their next 10 s of speech count, after up to 4 s in which they take the prompt in and end what they were saying."""
LASTS_S = 2.0
"""A change of voice must last for so much of their speech."""
LEAST_READINGS_S = 1.0
"""So much of it must have been measured."""
STEADY = "level_dbfs"
"""A metric that is read whenever the agent speaks: it counts their speech."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Between what values a voice is on its way back."""

    below: float
    """Under it, a prompt is followed."""
    above: float
    """From it on, the rule would fire again: nothing has changed, however far over it the voice was."""


def fitting(rule: Rule, test: ToneTest) -> ToneTest:
    """The test of a metric that the rule reads."""
    read = {c.metric for c in rule.conditions if isinstance(c, MetricCondition)}
    swap = test.otherwise in read and test.metric not in read
    return replace(test, metric=test.otherwise, sooner="", otherwise="") if swap else replace(test, otherwise="")


def limits_of(rule: Rule, test: ToneTest) -> Limits | None:
    """The limits for a prompt of the rule; None if it does not say under what value it clears."""
    conditions = [c for c in rule.conditions if isinstance(c, MetricCondition) and c.metric == test.metric]
    clears = (c.clear_below for c in conditions)
    below = test.below if test.below is not None else next((limit for limit in clears if limit is not None), None)
    above = next((c.above for c in conditions if c.above is not None), math.inf)
    return None if below is None else Limits(below, above)


@dataclass(frozen=True, slots=True)
class _Fresh:
    """A reading of nothing but speech after the prompt."""

    speech_s: float
    """The agent's speech from the prompt to its end."""
    value: float


class ToneOutcome:
    """Whether the agent's voice changed after one prompt."""

    def __init__(self, prompt: Prompt, test: ToneTest, limits: Limits, before: Mapping[str, float]) -> None:
        self._prompt = prompt
        self._test = test
        self._limits = limits
        self._half = {metric: before[metric] / 2 for metric in test.metrics if metric in before}
        """Half of what the agent was over their usual, which the metrics have as 0."""
        self._speech_s = 0.0
        self._counted_to_s = prompt.since_s
        self._fresh: dict[str, deque[_Fresh]] = {metric: deque() for metric in test.metrics}

    def judged(self, after: Outcome) -> Judged:
        """The outcome as the verdict on the prompt."""
        return Judged(self._prompt.rule, self._prompt.since_s, after)

    def feed(self, item: Reading | ReadUtterance) -> Outcome | None:
        """Take a reading of the agent's; the outcome, once it is certain."""
        if isinstance(item, ReadUtterance) or item.start_s < self._prompt.since_s - TOLERANCE_S:
            return None
        self._speech_s += max(0.0, item.end_s - max(item.start_s, self._counted_to_s))
        self._counted_to_s = max(self._counted_to_s, item.end_s)
        looks_back_s = self._test.looks_back_s if item.metric == self._test.metric else self._test.sooner_looks_back_s
        if item.metric in self._fresh and self._speech_s >= looks_back_s:
            fresh = self._fresh[item.metric]
            fresh.append(_Fresh(self._speech_s, item.value))
            while fresh[0].speech_s <= self._speech_s - LASTS_S + TOLERANCE_S:
                fresh.popleft()
        fresh = self._fresh[self._test.metric]
        if not fresh or fresh[-1].speech_s - fresh[0].speech_s < LEAST_READINGS_S - TOLERANCE_S:
            return None
        highest = max(reading.value for reading in fresh)
        stays = self._speech_s >= LEAST_SPEECH_S - TOLERANCE_S and highest < self._limits.below
        return self.flush() if stays or self._speech_s >= MOST_SPEECH_S - TOLERANCE_S else None

    def flush(self) -> Outcome:
        """The outcome by their latest speech."""
        read = next((metric for metric, fresh in self._fresh.items() if fresh), None)
        if self._speech_s < LEAST_SPEECH_S - TOLERANCE_S or read is None:
            return "not_yet"
        value = median(fresh.value for fresh in self._fresh[read])
        if value < self._limits.below:
            return "followed"
        halved = read in self._half and value <= self._half[read] and value < self._limits.above
        return "partly" if halved else "no_change"

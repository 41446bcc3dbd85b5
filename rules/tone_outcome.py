"""Judges whether the agent's voice changed after a prompt that asked for it."""

from collections import deque
from dataclasses import dataclass
from statistics import median

from rules.conditions import MetricCondition
from rules.latch import TOLERANCE_S
from rules.model import Judged, Outcome, Prompt, Reading
from rules.rulebook import Rule, ToneTest
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


def clear_below(rule: Rule, test: ToneTest) -> float | None:
    """The value under which a prompt of the rule counts as followed; None if the rule does not say."""
    if test.below is not None:
        return test.below
    limits = (c.clear_below for c in rule.conditions if isinstance(c, MetricCondition) and c.metric == test.metric)
    return next((limit for limit in limits if limit is not None), None)


@dataclass(frozen=True, slots=True)
class _Fresh:
    """A reading of nothing but speech after the prompt."""

    speech_s: float
    """The agent's speech from the prompt to its end."""
    value: float


class ToneOutcome:
    """Whether the agent's voice changed after one prompt."""

    def __init__(self, prompt: Prompt, test: ToneTest, below: float, before: float | None) -> None:
        self._prompt = prompt
        self._test = test
        self._below = below
        self._half = None if before is None else before / 2
        """Half of what the agent was over their usual, which the metric has as 0."""
        self._speech_s = 0.0
        self._counted_to_s = prompt.since_s
        self._fresh: deque[_Fresh] = deque()

    def judged(self, after: Outcome) -> Judged:
        """The outcome as the verdict on the prompt."""
        return Judged(self._prompt.rule, self._prompt.since_s, after)

    def feed(self, item: Reading | ReadUtterance) -> Outcome | None:
        """Take a reading of the agent's; the outcome, once it is certain."""
        if isinstance(item, ReadUtterance) or item.start_s < self._prompt.since_s - TOLERANCE_S:
            return None
        self._speech_s += max(0.0, item.end_s - max(item.start_s, self._counted_to_s))
        self._counted_to_s = max(self._counted_to_s, item.end_s)
        if item.metric == self._test.metric and self._speech_s >= self._test.looks_back_s:
            self._fresh.append(_Fresh(self._speech_s, item.value))
            while self._fresh[0].speech_s <= self._speech_s - LASTS_S + TOLERANCE_S:
                self._fresh.popleft()
        if not self._fresh or self._fresh[-1].speech_s - self._fresh[0].speech_s < LEAST_READINGS_S - TOLERANCE_S:
            return None
        stays = self._speech_s >= LEAST_SPEECH_S - TOLERANCE_S and max(it.value for it in self._fresh) < self._below
        return self.flush() if stays or self._speech_s >= MOST_SPEECH_S - TOLERANCE_S else None

    def flush(self) -> Outcome:
        """The outcome by their latest speech."""
        if self._speech_s < LEAST_SPEECH_S - TOLERANCE_S or not self._fresh:
            return "not_yet"
        value = median(fresh.value for fresh in self._fresh)
        if value < self._below:
            return "followed"
        return "partly" if self._half is not None and value <= self._half else "no_change"

"""Judges what the agent did after a prompt: in her own next speech and turns, never by a clock."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median

from rules.conditions import MetricCondition
from rules.latch import TOLERANCE_S
from rules.model import Judged, Outcome, Prompt, Reading
from rules.rulebook import Rule, Rulebook, SpeechTest, ToneTest
from rules.utterance_reader import ReadUtterance

LEAST_SPEECH_S = 3.0
"""Under so much of her speech, a change of voice cannot be heard."""
MOST_SPEECH_S = 14.0
"""Her next 10 s of speech count, after up to 4 s in which she takes the prompt in and ends what she was saying."""
LASTS_S = 2.0
"""A change of voice that lasts for so much of her speech is one."""
LEAST_READINGS_S = 1.0
"""So much of it must have been measured."""
STEADY = "level_dbfs"
"""A metric that is read whenever she speaks: it counts her speech."""
READING_S = 0.5
"""A turn that she began sooner after the prompt was begun before she could read it."""


class Outcomes:
    """Prompts, readings and words in; what the agent did after each prompt out, once it is certain.

    A prompt is judged by the test of its action. One whose action has none, or whose rule does not say under what
    value it clears, is not applicable.

    Args:
        rulebook: has the tests.
    """

    def __init__(self, rulebook: Rulebook) -> None:
        self._rulebook = rulebook
        self._open: list[_ToneOutcome | _SpeechOutcome] = []
        self._over = False
        self._latest: dict[str, float] = {}
        """The agent's last reading of each metric that a test reads."""
        self._read = {test.metric for test in rulebook.outcomes.values() if isinstance(test, ToneTest)}

    def feed(self, item: Prompt | Reading | ReadUtterance) -> Iterator[Judged]:
        """Take a prompt when it is put up, the next reading, or the next utterance."""
        if isinstance(item, Prompt):
            yield from self._watch(item)
            yield from self.flush() if self._over else ()
            return
        if isinstance(item, Reading):
            if item.speaker != "agent" or item.metric not in (self._read | {STEADY}):
                return
            self._latest[item.metric] = item.value
        for watch in list(self._open):
            if after := watch.feed(item):
                self._open.remove(watch)
                yield watch.judged(after)

    def flush(self) -> Iterator[Judged]:
        """The call is over: judge by what there is, as well a prompt that is put up with its last words."""
        self._over = True
        for watch in self._open:
            yield watch.judged(watch.flush())
        self._open.clear()

    def _watch(self, prompt: Prompt) -> Iterator[Judged]:
        test = self._rulebook.outcomes.get(prompt.action)
        if isinstance(test, SpeechTest):
            self._open.append(_SpeechOutcome(prompt, test))
            return
        below = _clear_below(self._rulebook[prompt.rule], test) if test else None
        if test is None or below is None:
            yield Judged(prompt.rule, prompt.since_s, "not_applicable")
        else:
            self._open.append(_ToneOutcome(prompt, test, below, self._latest.get(test.metric)))


def _clear_below(rule: Rule, test: ToneTest) -> float | None:
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


class _ToneOutcome:
    """Whether her voice changed after one prompt."""

    def __init__(self, prompt: Prompt, test: ToneTest, below: float, before: float | None) -> None:
        self._prompt = prompt
        self._test = test
        self._below = below
        self._half = None if before is None else before / 2
        """Half of what she was over her usual, which the metric has as 0."""
        self._speech_s = 0.0
        self._counted_to_s = prompt.since_s
        self._fresh: deque[_Fresh] = deque()

    def judged(self, after: Outcome) -> Judged:
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
        """The outcome by her latest speech."""
        if self._speech_s < LEAST_SPEECH_S - TOLERANCE_S or not self._fresh:
            return "not_yet"
        value = median(fresh.value for fresh in self._fresh)
        if value < self._below:
            return "followed"
        return "partly" if self._half is not None and value <= self._half else "no_change"


class _SpeechOutcome:
    """Whether she said after one prompt what it asked for."""

    def __init__(self, prompt: Prompt, test: SpeechTest) -> None:
        self._prompt = prompt
        self._test = test
        self._turns: set[int] = set()
        """Her turns that count."""
        self._before: set[int] = set()
        """Her turns that she began before she could read the prompt."""
        self._said_in = 0
        """Number of the turn in which she said one of the phrases."""
        self._ended = 0

    def judged(self, after: Outcome) -> Judged:
        return Judged(self._prompt.rule, self._prompt.since_s, after)

    def feed(self, item: Reading | ReadUtterance) -> Outcome | None:
        """Take an utterance of anybody's; the outcome, once it is certain."""
        if isinstance(item, Reading) or item.end_s <= self._prompt.since_s:
            return None
        if item.speaker == "agent" and item.turn:
            number, begun_s = item.turn.number, item.words[0].start_s
            if number not in self._turns | self._before:
                (self._turns if begun_s >= self._prompt.since_s + READING_S else self._before).add(number)
            matches = (match for name in self._test.said for match in item.found.get(name, ()))
            if any(match.end_s > self._prompt.since_s for match in matches):
                self._said_in = number
            if self._said_in == number and item.shared_words >= self._test.shared_words:
                return "followed"
        elif item.ended and item.ended.number in self._turns:
            self._ended += 1
        return "no_change" if self._ended >= self._test.within_turns else None

    def flush(self) -> Outcome:
        """The outcome where the call ends first: its end also ends the turn that she is in."""
        return "no_change" if len(self._turns) >= self._test.within_turns else "not_yet"

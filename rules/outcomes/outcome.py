"""Judges what the agent did after a prompt: in their next speech and turns, never by a clock."""

from collections.abc import Iterator

from rules.model import Judged, Prompt, Reading
from rules.outcomes.expected import SpeechTest, ToneTest
from rules.outcomes.speech_outcome import SpeechOutcome
from rules.outcomes.tone_outcome import STEADY, ToneOutcome, fitting, limits_of
from rules.rulebook import Rulebook
from rules.utterance_reader import ReadUtterance


class Outcomes:
    """Prompts, readings and words in; what the agent did after each prompt out, once it is certain.

    A prompt is judged by the test of its action. One whose action has none, or whose rule does not say under what
    value it clears, is not applicable.

    Args:
        rulebook: has the tests.
    """

    def __init__(self, rulebook: Rulebook) -> None:
        self._rulebook = rulebook
        self._open: list[ToneOutcome | SpeechOutcome] = []
        self._over = False
        self._latest: dict[str, float] = {}
        """The agent's last reading of each metric that a test reads."""
        tests = [test for test in rulebook.outcomes.values() if isinstance(test, ToneTest)]
        self._read = {metric for test in tests for metric in test.metrics}

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
            self._open.append(SpeechOutcome(prompt, test))
            return
        rule = self._rulebook[prompt.rule]
        test = fitting(rule, test) if test else None
        limits = limits_of(rule, test) if test else None
        if test is None or limits is None:
            yield Judged(prompt.rule, prompt.since_s, "not_applicable")
        else:
            self._open.append(ToneOutcome(prompt, test, limits, self._latest))

"""Judges whether the agent said what a prompt asked for."""

from rules.model import Judged, Outcome, Prompt, Reading
from rules.outcomes.expected import SpeechTest
from rules.utterance_reader import ReadUtterance

READING_S = 0.5
"""A turn that began sooner after the prompt began before the agent could read it."""


class SpeechOutcome:
    """Whether the agent said what one prompt asked for."""

    def __init__(self, prompt: Prompt, test: SpeechTest) -> None:
        self._prompt = prompt
        self._test = test
        self._turns: set[int] = set()
        """The agent's turns that count."""
        self._before: set[int] = set()
        """The agent's turns that began before they could read the prompt."""
        self._said_in = 0
        """Number of the turn in which they said one of the phrases."""
        self._ended = 0

    def judged(self, after: Outcome) -> Judged:
        """The outcome as the verdict on the prompt."""
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
        """The outcome where the call ends first: its end also ends the turn in progress."""
        return "no_change" if len(self._turns) >= self._test.within_turns else "not_yet"

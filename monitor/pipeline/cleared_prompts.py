"""Puts together why a prompt went and what the agent did after it, whichever is known first."""

from collections.abc import Iterator
from dataclasses import replace

from monitor.call.events import PromptCleared
from rules.model import Judged, Outcome, Prompt

_Key = tuple[str, float]


class ClearedPrompts:
    """The prompts of one call.

    A prompt is cleared when it goes, and again when its outcome becomes known later than that. Nobody is known to have
    seen it: a live call that has a screen says so where it knows (`monitor.live`).
    """

    def __init__(self) -> None:
        self._undecided: dict[_Key, Prompt] = {}
        """Gone, and their outcome not known."""
        self._decided: dict[_Key, Outcome] = {}
        """Still up, and their outcome known."""

    def clear(self, prompt: Prompt) -> Iterator[PromptCleared]:
        """A prompt went."""
        key = (prompt.rule, prompt.since_s)
        after = self._decided.pop(key, None)
        if after is None:
            self._undecided[key] = prompt
        yield PromptCleared(replace(prompt, after=after).seen_as(seen=False))

    def decide(self, judged: Judged) -> Iterator[PromptCleared]:
        """The outcome of a prompt is known."""
        key = (judged.rule, judged.since_s)
        if prompt := self._undecided.pop(key, None):
            yield PromptCleared(replace(prompt, after=judged.after).seen_as(seen=False))
        else:
            self._decided[key] = judged.after

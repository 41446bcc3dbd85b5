"""What a call needs of what measures and judges it."""

from collections.abc import Iterator
from typing import Protocol

from audio.block import AudioBlock
from audio.values import PartialWords, Utterance
from monitor.call.events import CallEvent
from monitor.pipeline.load_shedding import LoadStep
from rules.budget import PromptChoice


class Measuring(Protocol):
    """Blocks in, events out; see `monitor.pipeline.pipeline.Pipeline`."""

    @property
    def now_s(self) -> float:
        """Media time up to which tone is judged."""

    @property
    def words_behind_s(self) -> float:
        """Age of the oldest finished utterance whose words are not known."""

    @property
    def words_error(self) -> BaseException | None:
        """Why there are no words."""

    @property
    def words_step(self) -> LoadStep:
        """Which words are given up."""

    def feed(self, block: AudioBlock) -> Iterator[CallEvent]:
        """Take sound."""

    def flush(self) -> Iterator[CallEvent]:
        """The sound has ended: the rest."""

    def after_call(self) -> Iterator[Utterance]:
        """Words that were postponed."""

    def partials(self) -> Iterator[PartialWords]:
        """New words of unfinished utterances."""

    def dismiss(self) -> Iterator[CallEvent]:
        """Take the prompt down."""

    def choose(self, choice: PromptChoice) -> Iterator[CallEvent]:
        """Show the prompts that the agent wants."""

    def snooze(self, until_s: float) -> Iterator[CallEvent]:
        """Show no prompts before that time."""

    def close(self) -> None:
        """Stop the threads."""

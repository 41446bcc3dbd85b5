"""One speaker on the agent's screen."""

from dataclasses import dataclass, field, replace
from typing import Self

from audio.values import PartialWords, ToneSample, Utterance
from monitor.agent.level_trace import Trace
from monitor.call.transcript import shown

MOST_WORDS = 6000
"""Characters of a speaker's words that are kept for the screen; when there are more, half of them go."""


@dataclass(frozen=True, slots=True)
class SpeakerView:
    """One speaker, as the screen shows them."""

    tone: ToneSample | None = None
    """The newest."""
    trace: Trace = field(default_factory=Trace)
    spoken_s: float = 0.0
    spoke_until_s: float = 0.0
    """When they were last heard to speak."""
    said: str = field(default="", repr=False)
    """Words of the utterances that are over, the newest last."""
    solid: str = field(default="", repr=False)
    """The last words that are certain."""
    tentative: str = field(default="", repr=False)
    unfinished: bool = False
    """Whether the last words belong to an utterance in progress."""
    final_until_s: float = 0.0

    def with_partial(self, words: PartialWords) -> Self:
        """Show words of an utterance in progress, unless it is over."""
        if words.start_s < self.final_until_s:
            return self
        return replace(self, solid=words.solid, tentative=words.tentative, unfinished=True)

    def with_utterance(self, spoken: Utterance) -> Self:
        """Show the words of an utterance that is over, after those before it."""
        text = shown(spoken.words)
        solid = text or ("" if self.unfinished else self.solid)
        said = f"{self.said} {text}".lstrip() if text else self.said
        said = said if len(said) <= MOST_WORDS else said[-MOST_WORDS // 2 :].partition(" ")[2]
        return replace(self, said=said, solid=solid, tentative="", unfinished=False, final_until_s=spoken.end_s)

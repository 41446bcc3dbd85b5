"""What the decoder makes of a sound, and whether anybody said it."""

import zlib
from dataclasses import dataclass

MOST_REPETITION = 2.4
"""Highest compression ratio of a text."""

MOST_NO_SPEECH = 0.6
LEAST_LOG_PROBABILITY = -1.0
"""An unlikely text from what is probably not speech is dropped.

Words of calls reach 0.2, and 0.55 in noise of the same level; synthetic laughter has 0.85 and −2.
"""
STOCK_PHRASES = frozenset({"", "you", "thank you", "thanks for watching", "bye"})
STOCK_NO_SPEECH = 0.5
"""What Whisper says for silence. People do say it in a call, but then it is clearly speech."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What the decoder made of a sound."""

    tokens: list[int]
    text: str
    log_probability: float
    """Mean of the tokens."""
    no_speech: float
    """Probability that there was no speech at all."""

    @property
    def repeats(self) -> bool:
        """Whether the decoder is in a loop."""
        text = self.text.encode()
        return len(text) > MOST_REPETITION * len(zlib.compress(text))

    @property
    def invented(self) -> bool:
        """Whether this is what Whisper says when nobody speaks."""
        said = self.text.strip(" .!?").casefold()
        if said in STOCK_PHRASES:
            return not said or self.no_speech > STOCK_NO_SPEECH
        return self.no_speech > MOST_NO_SPEECH and self.log_probability < LEAST_LOG_PROBABILITY

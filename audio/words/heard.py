"""What the decoder makes of a sound, and whether anybody said it."""

import zlib
from dataclasses import dataclass
from typing import Any

from audio.values import Word

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
JUST_SAID = 12
"""Words: a phrase that the decoder falls into, over and over, is no longer."""


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

    def echoes(self, said: str) -> bool:
        """Whether all of it was just said: after "okay" the decoder may say "okay" for whatever comes, for ever."""
        return {*map(bare, self.text.split())} <= {*map(bare, said.split()[-JUST_SAID:])}

    @property
    def is_stock(self) -> bool:
        """Whether it is nothing, or what Whisper says for silence."""
        return self.text.strip(" .!?").casefold() in STOCK_PHRASES

    @property
    def invented(self) -> bool:
        """Whether this is what Whisper says when nobody speaks."""
        if self.is_stock:
            return not self.text.strip(" .!?") or self.no_speech > STOCK_NO_SPEECH
        return self.no_speech > MOST_NO_SPEECH and self.log_probability < LEAST_LOG_PROBABILITY


def as_words(aligned: list[dict[str, Any]], lead_s: float = 0.0) -> tuple[Word, ...]:
    """The words of tokens that were aligned with their sound.

    What the tokens took apart and no space divides is put together, as "o'clock" and "step-by-step".

    Args:
        aligned: as `WhisperModel.find_alignment` gives them, punctuation merged.
        lead_s: seconds before the sound from which the words are timed.
    """
    timed: list[Word] = []
    for word in aligned:
        text, probability = word["word"].strip(), float(word["probability"])
        start_s, end_s = float(word["start"]) - lead_s, float(word["end"]) - lead_s
        if text and timed and not word["word"].startswith(" "):
            last = timed[-1]
            timed[-1] = Word(last.start_s, end_s, last.text + text, min(last.probability, probability))
        elif text:
            timed.append(Word(start_s, end_s, text, probability))
    return tuple(timed)


def bare(word: str) -> str:
    """A word without case and punctuation."""
    return "".join(filter(str.isalnum, word)).casefold()

"""What a speaker said last: Whisper hears a phrase better with the one before it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from audio.block import SAMPLE_RATE_HZ, Samples
from audio.words.utterances import Cut

LONGEST = 12 * SAMPLE_RATE_HZ
"""Samples of two phrases that are heard together: more takes time that the words of a live call don't have."""
LONG_PHRASE = 6 * SAMPLE_RATE_HZ
"""A phrase of 6 s and more has context of its own, and takes the longest already."""
FARTHEST = 3 * SAMPLE_RATE_HZ
"""A phrase after a longer pause is heard alone."""
PAUSE = SAMPLE_RATE_HZ
"""A pause between the two is shortened to 1 s."""
WORDS = 45
"""Words before the last phrase that go along as text: half a minute of talk."""


@dataclass(frozen=True, slots=True, eq=False)
class Said:
    """A phrase with its words."""

    cut: Cut
    text: str
    before: str = ""
    """What the same speaker said before it."""

    @property
    def so_far(self) -> str:
        """The last words, this phrase included."""
        return " ".join(f"{self.before} {self.text}".split()[-WORDS:])

    def lead_of(self, cut: Cut) -> Samples:
        """The sound of this phrase and of the pause behind it, to be heard before the next; empty if that is too far.

        Args:
            cut: the next phrase of the same speaker.
        """
        apart = cut.start - self.cut.end
        pause = min(max(apart, 0), PAUSE)
        length = len(self.cut.samples) + pause + len(cut.samples)
        if not self.text or apart > FARTHEST or length > LONGEST or len(cut.samples) >= LONG_PHRASE:
            return np.zeros(0, np.float32)
        return np.concatenate([self.cut.samples, np.zeros(pause, np.float32)])

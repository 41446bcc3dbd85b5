"""How far the words are ahead of their usual rate: how long they usually take against how long they took."""

import math
from collections.abc import Iterator

from rules.language.phrase_files import ENGLISH_CODE
from rules.language.syllables import weighed_syllables
from rules.model import Reading, Speaker, Spoken

WORDS_AHEAD = "words_ahead_s"
"""The metric, as rules name it."""
LEAST_S, LEAST_SYLLABLES = 0.8, 4.0
"""Shorter utterances say little of the rate."""
USUAL_S = 20.0
"""Speech before which there is no usual."""
LEARNING_S = 60.0
"""Speech from which the usual is learnt; from then on it only drifts."""
DRIFT_S = 240.0
NEAR = 0.2
"""Only utterances within about 20 % of the usual may move it then."""
IN_STEP = 0.15
"""Share over the usual that is still in step with it."""
MOST_AHEAD_S = 3.0


class WordsRate:
    """One speaker's utterances in, in the order of their ends; how far they are ahead of the usual rate out.

    It is a sequential test like that of the rate by sound, an utterance at a time. Words differ: how long they take
    is expected from their syllables and consonants, so that what is left is how fast they were said.
    """

    def __init__(self, speaker: Speaker) -> None:
        self._speaker = speaker
        self._known_s = 0.0
        """Speech that the usual is made of."""
        self._usual = 0.0
        """Logarithm of the weighed syllables a second."""
        self._ahead_s = 0.0

    def feed(self, spoken: Spoken) -> Iterator[Reading]:
        """Take the next utterance; numbers in digits make it of unknown length."""
        if spoken.language != ENGLISH_CODE:
            return
        text = " ".join(word.text for word in spoken.words)
        syllables = weighed_syllables(text)
        if spoken.speech_s < LEAST_S or syllables < LEAST_SYLLABLES or any(map(str.isdigit, text)):
            return
        rate = math.log(syllables / spoken.speech_s)
        if self._known_s >= USUAL_S:
            over = math.expm1(rate - self._usual) - IN_STEP
            self._ahead_s = min(max(self._ahead_s + over * spoken.speech_s, 0.0), MOST_AHEAD_S)
            yield Reading(self._speaker, WORDS_AHEAD, spoken.start_s, spoken.end_s, round(self._ahead_s, 2))
        self._learn(rate, spoken.speech_s)

    def _learn(self, rate: float, speech_s: float) -> None:
        if self._known_s < LEARNING_S:
            self._known_s += speech_s
            self._usual += (rate - self._usual) * speech_s / self._known_s
        elif abs(rate - self._usual) < NEAR:
            self._usual += (rate - self._usual) * speech_s / DRIFT_S

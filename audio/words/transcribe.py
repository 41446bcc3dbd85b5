"""Transcription of utterances: Whisper's words, timed on the clock of the call."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import Any, Protocol

import numpy as np

from audio.block import Samples, Speaker, seconds
from audio.measure.frames import FRAME
from audio.values import HeardAgain, PartialWords, Utterance, Word
from audio.words.context import Said
from audio.words.heard import bare
from audio.words.joined import Piece
from audio.words.spoken_language import ENGLISH, FOREIGN
from audio.words.utterances import Cut, Growing

LEAD_IN = 3 * FRAME
"""Samples of a pause that are heard again with what follows it: voice activity comes late on soft consonants."""


class Recognizer(Protocol):
    """A transcriber of sound, such as `audio.words.whisper.Whisper`."""

    def final(  # noqa: PLR0913 - what is known about an utterance
        self,
        samples: Samples,
        *,
        quick: bool = False,
        lead: int = 0,
        said: str = "",
        before: str = "",
        language: str = "",
    ) -> Sequence[Word]:
        """Words of a whole utterance, timed from its first sample; faster and less accurate if there is no time.

        As context, the sound may begin with as many samples in which the speaker `said` something, after the text
        `before`.
        """
        ...

    def again(self, samples: Samples, before: str = "", *, language: str = "") -> Sequence[Word]:
        """Words of several utterances together, timed from the first sample, after what the speaker said before."""
        ...

    def partial(self, samples: Samples, *, language: str = "") -> str:
        """Words of an utterance in progress."""
        ...

    def languages(self, samples: Samples) -> Mapping[str, float]:
        """How probable each language is, by code; `FOREIGN` for a model that knows English alone."""
        ...


@dataclass(frozen=True, slots=True)
class Heard:
    """An utterance, and what speaks for each language."""

    utterance: Utterance
    scores: Mapping[str, float]
    """0 … 1, by code."""
    certain: str = ""
    """Code of the language of the words, if it is the most probable one."""


class Transcriber:
    """Transcribes cuts; several threads may use it at once, for partial words one per speaker at a time.

    Args:
        recognizer: hears the words.
        smaller: a faster one, for a machine that can't keep up; the same if None.
        note: a sentence, if this is not the recognizer that was wanted.
    """

    def __init__(self, recognizer: Recognizer, smaller: Recognizer | None = None, note: str = "") -> None:
        self.note = note
        self._recognizer = recognizer
        self._smaller = smaller or recognizer
        self._readings: dict[Speaker, tuple[int, list[str]]] = {}

    def heard(  # noqa: PLR0913 - what is known about an utterance
        self,
        cut: Cut,
        *,
        quick: bool = False,
        small: bool = False,
        last: Said | None = None,
        last_language: str = "",
        language: str = "",
    ) -> Heard:
        """The words of a cut in this language, or else in the most probable one, and which language it is.

        What was said last counts if it was in `last_language` for certain, and so is this.
        """
        scores = self._recognizer.languages(cut.samples)
        if FOREIGN in scores:
            english = self.utterance(cut, quick=quick, small=small, last=last)
            return Heard(replace(english, language=ENGLISH), scores, ENGLISH)
        likeliest = max(scores, key=lambda code: scores[code], default="")
        language = language or likeliest
        certain = language if language == likeliest else ""
        last = last if certain and last_language == certain else None
        small = small and language == ENGLISH
        return Heard(self.utterance(cut, quick=quick, small=small, last=last, language=language), scores, certain)

    def utterance(
        self, cut: Cut, *, quick: bool = False, small: bool = False, last: Said | None = None, language: str = ""
    ) -> Utterance:
        """The words of a cut; they depend on its samples, on what was said last, and on whether to be quick alone.

        Args:
            cut: the utterance.
            quick: for a machine that can't keep up; then nothing else goes along.
            small: whether the smaller model does it.
            last: what the same speaker said last, in the same language.
            language: code of the language; empty for the one that the model was loaded for.
        """
        recognizer = self._smaller if small else self._recognizer
        spoken: dict[str, Any] = {"language": language} if language else {}
        if last is None or quick:
            heard = recognizer.final(cut.samples, quick=quick, **spoken)
        elif len(lead := last.lead_of(cut)):
            sound = np.concatenate([lead, cut.samples])
            heard = recognizer.final(sound, lead=len(lead), said=last.text, before=last.before, **spoken)
        else:
            heard = recognizer.final(cut.samples, before=last.so_far, **spoken)
        words = _on_the_clock(heard, seconds(cut.start), seconds(cut.end))
        return Utterance(
            cut.speaker, _ms(seconds(cut.start)), _ms(seconds(cut.end)), tuple(words), _ms(seconds(cut.known)), language
        )

    def again(self, piece: Piece, sound: Samples, before: str = "") -> tuple[HeardAgain, ...]:
        """The words of utterances that are transcribed together.

        Args:
            piece: the utterances.
            sound: the joined sound of the piece.
            before: what the speaker said before.
        """
        spoken = {"language": piece.language} if piece.language else {}
        return piece.heard_again(self._recognizer.again(sound, before, **spoken))

    def partial(self, growing: Growing, *, language: str = "", opening: Said | None = None) -> PartialWords:
        """The words said so far.

        Solid is what this reading and the one before agree on, the LocalAgreement of Macháček et al. (2023),
        "Turning Whisper into Real-Time Transcription System".

        Args:
            growing: the utterance.
            language: as for `utterance`.
            opening: its beginning up to a pause, whose words are known: only the sound after it is transcribed.
        """
        spoken = {"language": language} if language else {}
        known = opening.text.split() if opening else []
        samples = growing.samples[opening.cut.end - LEAD_IN - growing.start :] if opening and known else growing.samples
        words = [*known, *self._recognizer.partial(samples, **spoken).split()]
        return self._so_far(growing.speaker, growing.start, words)

    def opening(self, said: Said) -> PartialWords:
        """The same at a pause up to which the words are known."""
        return self._so_far(said.cut.speaker, said.cut.start, said.text.split())

    def _so_far(self, speaker: Speaker, begin: int, words: list[str]) -> PartialWords:
        start, earlier = self._readings.get(speaker, (begin, []))
        self._readings[speaker] = (begin, words)
        solid = _agreed(earlier, words) if start == begin else 0
        return PartialWords(speaker, _ms(seconds(begin)), " ".join(words[:solid]), " ".join(words[solid:]))


def _on_the_clock(words: Sequence[Word], start_s: float, end_s: float) -> list[Word]:
    """Shift words to the time of their utterance; they stay inside it and do not overlap."""
    placed: list[Word] = []
    free_s = start_s
    for word in words:
        begin_s = min(max(start_s + word.start_s, free_s), end_s)
        free_s = min(max(start_s + word.end_s, begin_s), end_s)
        placed.append(Word(_ms(begin_s), _ms(free_s), word.text, round(word.probability, 3)))
    return placed


def _agreed(earlier: Sequence[str], later: Sequence[str]) -> int:
    """Count the words at the beginning that are the same, whatever their case and punctuation."""
    pairs = zip(map(bare, earlier), map(bare, later), strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def _ms(time_s: float) -> float:
    return round(time_s, 3)

"""What a sentence means: how likely it is, by its words and by its place in the space of a small sentence model.

For each meaning, logistic regression learnt one direction in that space and one list of weights of runs of words (see
docs/understanding.md). Either errs where the other does not, and the mean of the two is better than both. Everything is
computed sentence by sentence and rounded, so that a score depends on the sentence alone.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np

from monitor.base.extras import has_meaning
from monitor.sentences.encoder import MiniLM
from rules.language.phrase_files import ENGLISH_CODE
from rules.language.sentences import sentences
from rules.language.tokens import normalise
from rules.model import SPEAKERS, Meant, Speaker, Spoken, SpokenWord
from rules.rulebook import Rulebook
from rules.understanding.classifier import classifiers

DIRECTIONS = Path(__file__).with_name("directions.json")
DIGITS = 2
KEPT = 256
"""Sentences whose scores are kept."""


class Meaning:
    """Scores the sentences of utterances, on any thread; scores are cached, so that they can be computed in advance.

    Args:
        names: the meanings to score.
    """

    def __init__(self, names: Sequence[str]) -> None:
        learnt = _directions()
        self._by_words = {speaker: classifiers(ENGLISH_CODE, speaker) for speaker in SPEAKERS}
        self._names: dict[Speaker, list[str]] = {
            speaker: [name for name in sorted(names) if name in self._by_words[speaker] and name in learnt[speaker]]
            for speaker in SPEAKERS
        }
        self._scores = lru_cache(KEPT)(self._score)

    def of(self, spoken: Spoken) -> tuple[Meant, ...]:
        """How likely each sentence of an utterance has each meaning that its speaker can have.

        Raises:
            MeaningError: the sentence model cannot be used.
        """
        return tuple(chain.from_iterable(self._scored(spoken.speaker, words) for words in sentences(spoken.words)))

    def _scored(self, speaker: Speaker, words: Sequence[SpokenWord]) -> Iterator[Meant]:
        if not self._names[speaker]:
            return
        scores = self._scores(speaker, " ".join(word.text for word in words))
        for name, score in zip(self._names[speaker], scores, strict=True):
            yield Meant(name, words[0].start_s, words[-1].end_s, score)

    def _score(self, speaker: Speaker, sentence: str) -> tuple[float, ...]:
        place, words = np.append(_model().embed(sentence), 1.0), normalise(sentence)
        learnt = _directions()[speaker]
        return tuple(
            round((float(np.dot(learnt[name], place)) + self._by_words[speaker][name].score(words, {})) / 2, DIGITS)
            for name in self._names[speaker]
        )


def meaning_for(rulebook: Rulebook) -> Meaning | None:
    """The scorer for the meanings in a rulebook; None if it has none or the extra is not installed."""
    if not rulebook.meanings or not has_meaning():
        return None
    return Meaning(tuple(rulebook.meanings))


@cache
def _model() -> MiniLM:
    """The model, loaded once for all calls of a process."""
    return MiniLM()


@cache
def _directions() -> Mapping[Speaker, Mapping[str, Any]]:
    """By speaker and name, shape (385,): a weight for each of the 384 dimensions, and what is added to all."""
    found: Mapping[Speaker, Mapping[str, Any]] = json.loads(DIRECTIONS.read_text("utf-8"))
    return found

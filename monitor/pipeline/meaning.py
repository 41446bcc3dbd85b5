"""What a sentence means, besides its phrases: how close it is to examples, by a small sentence model.

The model places sentences, and for each meaning one direction in its space tells examples from counter-examples:
ridge regression, as good a classifier on sentence embeddings as any for a few dozen examples (SetFit, Tunstall et al.
2022, learns its head the same way). The directions are learnt once (`python -m tools.directions`) and come with the
program. Everything is computed sentence by sentence and rounded, so that a score depends on the sentence alone.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from monitor.base.extras import has_meaning
from monitor.pipeline.sentence_model import MiniLM
from rules.errors import RuleError
from rules.load import MEANINGS, ORDINARY
from rules.model import Meant, Speaker, Spoken, SpokenWord
from rules.rulebook import Rulebook
from rules.strict_toml import read_toml

DIRECTIONS = MEANINGS / "directions.json"
LEAST_WORDS = 3
"""Words of a sentence: "okay then" means nothing on its own."""
DIGITS = 2
KEPT = 256
"""Sentences whose scores are kept."""
RIDGE = 1.0
"""Ridge penalty of the directions, chosen on the tuning half of the labelled sentences."""

Direction = NDArray[np.float64]
"""Shape (385,): a weight for each of the 384 dimensions, and what is added to all."""


class Meaning:
    """Scores the sentences of utterances, on any thread; scores are cached, so that they can be computed in advance.

    Args:
        names: the meanings to score.
    """

    def __init__(self, names: Sequence[str]) -> None:
        self._names: dict[Speaker, list[str]] = {}
        self._directions: dict[Speaker, NDArray[np.float64]] = {}
        speakers: tuple[Speaker, ...] = ("agent", "customer")
        for speaker in speakers:
            learnt = _directions()[speaker]
            self._names[speaker] = [name for name in sorted(names) if name in learnt]
            self._directions[speaker] = np.array([learnt[name] for name in self._names[speaker]]).reshape(-1, 385)
        self._scores = lru_cache(KEPT)(self._score)

    def of(self, spoken: Spoken) -> tuple[Meant, ...]:
        """How close each sentence of an utterance is to each meaning that its speaker can have.

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
        scores = self._directions[speaker] @ np.append(_model().embed(sentence), 1.0)
        return tuple(round(score, DIGITS) for score in scores.tolist())


def meaning_for(rulebook: Rulebook) -> Meaning | None:
    """The scorer for the meanings in a rulebook; None if it has none or the extra is not installed."""
    return Meaning(tuple(rulebook.meanings)) if rulebook.meanings and has_meaning() else None


def sentences(words: Sequence[SpokenWord]) -> Iterator[Sequence[SpokenWord]]:
    """The sentences of an utterance that are long enough to mean something, as Whisper's full stops divide it."""
    start = 0
    for place, word in enumerate(words, start=1):
        if word.text.endswith((".", "?", "!", "…")) or place == len(words):
            if place - start >= LEAST_WORDS:
                yield words[start:place]
            start = place


def examples(speaker: Speaker) -> dict[str, tuple[str, ...]]:
    """Example sentences of each meaning of a speaker, by name; ORDINARY has sentences without any of them."""
    return {path.stem: _lines(path) for path in sorted((MEANINGS / speaker).glob("*.txt"))}


def near() -> Mapping[str, Sequence[str]]:
    """Meanings whose sentences are no counter-examples, for each that has some."""
    return read_toml(MEANINGS / "near.toml", RuleError)


def fingerprint() -> str:
    """Changes when any example does: it shows whether the directions were learnt from these examples."""
    told = [sorted(examples("agent").items()), sorted(examples("customer").items()), sorted(near().items())]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:12]


def learn(speaker: Speaker, model: MiniLM) -> dict[str, list[float]]:
    """The direction of each meaning, from its examples and the others'."""
    told = examples(speaker)
    places = {sentence: model.embed(sentence) for lines in told.values() for sentence in lines}
    directions = {}
    for name in (name for name in told if name != ORDINARY):
        others = [line for other, lines in told.items() if other not in near().get(name, ()) for line in lines]
        apart = [line for line in dict.fromkeys(others) if line not in told[name]]
        directions[name] = direction([places[line] for line in told[name]], [places[line] for line in apart])
    return {name: [round(weight, 4) for weight in found.tolist()] for name, found in directions.items()}


def direction(examples_at: Sequence[NDArray[Any]], others_at: Sequence[NDArray[Any]]) -> Direction:
    """Ridge regression of +1 for examples on −1 for the others, both sides weighing the same."""
    sides = np.repeat([1.0, -1.0], [len(examples_at), len(others_at)])
    weights = np.repeat([0.5 / len(examples_at), 0.5 / len(others_at)], [len(examples_at), len(others_at)]) * len(sides)
    places = np.column_stack([np.array([*examples_at, *others_at], np.float64), np.ones(len(sides))])
    held_back = RIDGE * np.eye(places.shape[1])
    held_back[-1, -1] = 1e-6
    return np.asarray(np.linalg.solve(places.T * weights @ places + held_back, places.T @ (weights * sides)))


def _lines(path: Path) -> tuple[str, ...]:
    lines = (line.strip() for line in path.read_text("utf-8").splitlines())
    return tuple(line for line in lines if line and not line.startswith("#"))


@cache
def _model() -> MiniLM:
    """The model, loaded once for all calls of a process."""
    return MiniLM()


@cache
def _directions() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(DIRECTIONS.read_text("utf-8"))
    return found

"""A linear classifier over runs of words: a sum that anybody can check."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from rules.understanding.features import START, word_runs

FOLDER = Path(__file__).parent
BIAS = "#bias"
REASONS = 3
"""So many runs of words are given as reasons, at most."""
LEAST_REASON = 0.5
"""Weight of a run of words that is a reason."""
LEAST_PART = 0.25
"""Of the weight of the first reason: what weighs less than that decided nothing."""


@dataclass(frozen=True, slots=True)
class Classifier:
    """Tells one meaning from all others.

    The score is the logarithm of the odds as they were in training; a rule's limit decides what is enough.
    """

    weights: Mapping[str, float]
    """Of runs of words, and of numbers, whose names begin with "#"."""

    def score(self, words: Sequence[str], numbers: Mapping[str, float]) -> float:
        """How sure it is; positive on the side of its meaning.

        Args:
            words: of a sentence, normalised.
            numbers: see `features.numbers`; those without a weight do not count.
        """
        weights = self.weights
        by_words = sum(weights.get(run, 0.0) for run in word_runs(words))
        by_numbers = sum(weights.get(name, 0.0) * value for name, value in numbers.items())
        return float(weights[BIAS] + by_words / max(1, len(words)) ** 0.5 + by_numbers)

    def because(self, words: Sequence[str]) -> tuple[str, ...]:
        """The runs of words that spoke for it most, those that say the most first; none is part of another."""
        weighed = sorted(((self.weights.get(run, 0.0), run) for run in word_runs(words)), reverse=True)
        least = max(LEAST_REASON, LEAST_PART * weighed[0][0]) if weighed else LEAST_REASON
        reasons: list[str] = []
        for weight, run in weighed:
            plain = run.removeprefix(START).strip()
            if weight < least or len(reasons) == REASONS:
                break
            if not any(f" {plain} " in f" {other} " or f" {other} " in f" {plain} " for other in reasons):
                reasons.append(plain)
        return tuple(reasons)


@cache
def classifiers(language: str, speaker: str) -> Mapping[str, Classifier]:
    """All of a language for what one side says, by the phrase list that they stand beside; none for most languages."""
    return {path.stem: _read(path) for path in sorted((FOLDER / language / speaker).glob("*.tsv"))}


def _read(path: Path) -> Classifier:
    """Each line is a weight, a tab, and a run of words."""
    lines = (line.split("\t") for line in path.read_text("utf-8").splitlines() if line)
    return Classifier({run: float(weight) for weight, run in lines})

"""Logistic regression over runs of words, with a penalty that leaves few of them: a list that can be read."""

import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]

from rules.language.tokens import normalise
from rules.understanding.classifier import BIAS
from rules.understanding.features import numbers, word_runs
from tools.understanding.material import STOP_WORDS, Example

LEAST_SEEN = 2
"""Examples that a run of words must be in."""
ITERATIONS = 300
LEAST_WEIGHT = 0.05
VECTOR_PENALTY = 10.0
MOST_OF_A_SET = 700


@dataclass(frozen=True, slots=True)
class Taught:
    """What was learnt of one kind."""

    weights: Mapping[str, float]

    def text(self) -> str:
        """As a classifier's file has it: the bias, numbers, then words, the weightiest first."""
        order = sorted(self.weights.items(), key=lambda item: (not item[0].startswith("#"), -abs(item[1]), item[0]))
        return "".join(f"{weight:.2f}\t{run}\n" for run, weight in order)


def teach(kind: str, examples: Iterable[Example], *, related: bool, penalty: float) -> Taught:
    """Learn one kind.

    Args:
        kind: name of its phrase list.
        examples: of one side, those that say nothing about the kind among them.
        related: whether it counts what the other said before.
        penalty: inverse of the L1 penalty.
    """
    fitting = [one for one in examples if one.about is None or kind in one.about]
    rows = [features(one, related=related) for one in fitting]
    seen = Counter(name for row in rows for name in row)
    names = sorted(name for name, count in seen.items() if count >= LEAST_SEEN)
    places = {name: place for place, name in enumerate(names)}
    model = LogisticRegression(C=penalty, l1_ratio=1, solver="liblinear", max_iter=ITERATIONS, random_state=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        model.fit(
            _matrix(rows, places),
            np.array([kind in one.kinds for one in fitting]),
            sample_weight=np.array([one.weight for one in fitting]),
        )
    weights = {BIAS: float(model.intercept_[0])}
    weights |= {name: float(weight) for name, weight in zip(names, model.coef_[0], strict=True)}
    return Taught({name: round(w, 2) for name, w in weights.items() if name == BIAS or abs(w) >= LEAST_WEIGHT})


def spread(examples: Sequence[Example], kind: str) -> list[Example]:
    """Those to embed: of the large sets one in so many, all that have the kind first."""
    fitting = [one for one in examples if one.about is None or kind in one.about]
    kept: list[Example] = []
    for source in sorted({one.of for one in fitting}):
        of_it = [one for one in fitting if one.of == source]
        having = [one for one in of_it if kind in one.kinds]
        others = [one for one in of_it if kind not in one.kinds]
        for some in (having, others):
            kept += some[:: max(1, len(some) // MOST_OF_A_SET)]
    return kept


def direction(kind: str, examples: Sequence[Example], embed: Callable[[str], NDArray[np.float32]]) -> list[float]:
    """Logistic regression on the sentences' vectors: 384 weights and what is added."""
    places = np.array([embed(one.text) for one in examples])
    model = LogisticRegression(C=VECTOR_PENALTY, max_iter=ITERATIONS, random_state=0)
    model.fit(places, [kind in one.kinds for one in examples], sample_weight=[one.weight for one in examples])
    return [round(float(weight), 3) for weight in (*model.coef_[0], model.intercept_[0])]


def features(one: Example, *, related: bool) -> dict[str, float]:
    """What the classifier sees of an example: its weight in the sum, by name."""
    words = normalise(one.text)
    scale = 1 / max(1, len(words)) ** 0.5
    row = dict.fromkeys(word_runs(words), scale)
    return row | (numbers(words, normalise(one.before), STOP_WORDS) if related else {})


def _matrix(rows: Sequence[Mapping[str, float]], places: Mapping[str, int]) -> sparse.csr_matrix:
    at = [
        (row, places[name], value)
        for row, all_of_it in enumerate(rows)
        for name, value in all_of_it.items()
        if name in places
    ]
    row, column, value = zip(*at, strict=True)
    return sparse.csr_matrix((value, (row, column)), shape=(len(rows), len(places)))

"""One speaker's tone as arrays, and its reduction to the columns of the screen."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter

import msgspec
import numpy as np
from numpy.typing import NDArray

from audio.block import Speaker

STEP_S = 0.1
"""Of the tone samples, and so of the curves."""
LONGEST_S = 86_400.0
"""No call is longer than a day; later times are damaged."""
FARTHEST = 1_000.0
"""No tone is further from zero in dB, percent or semitones; larger values are damaged."""
CURVES = ("level_dbfs", "rate_over_baseline_pct", "pitch_over_baseline_st")

Numbers = NDArray[np.float32]


class TonePoint(msgspec.Struct, gc=False):
    """What the curves need of a tone sample; NaN where it has no value."""

    speaker: Speaker
    start_s: float
    speaking: bool
    level_dbfs: float | None = math.nan
    rate_over_baseline_pct: float | None = math.nan
    pitch_over_baseline_st: float | None = math.nan
    level_over_baseline_db: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Curves:
    """One speaker's tone over the call; all arrays have shape (n,), a value each 0.1 s.

    NaN where there was nothing to measure, mostly because the speaker was silent.
    """

    heard: NDArray[np.bool_]
    """Whether the log has the step at all."""
    speaking: NDArray[np.bool_]
    level_dbfs: Numbers
    rate_over_baseline_pct: Numbers
    pitch_over_baseline_st: Numbers
    usual_known_s: float | None = None
    """When the speaker's tone was first compared with a baseline."""

    @property
    def end_s(self) -> float:
        """Where the last step ends."""
        return len(self.heard) * STEP_S

    def with_steps(self, steps: Sequence[TonePoint]) -> "Curves":
        """Add steps to these curves, which grow as needed; steps with impossible times are skipped."""
        kept = [step for step in steps if 0 <= step.start_s < LONGEST_S]
        if not kept:
            return self
        at = np.rint(np.array([step.start_s for step in kept]) / STEP_S).astype(np.int64)
        size = max(len(self.heard), int(at.max()) + 1)
        heard, speaking = _grown(self.heard, size), _grown(self.speaking, size)
        heard[at] = True
        speaking[at] = spoken = np.array([step.speaking for step in kept])
        level, rate, pitch = (
            _laid(getattr(self, name), size, at, np.where(spoken, _column(kept, name), np.float32(np.nan)))
            for name in CURVES
        )
        known_s = self.usual_known_s
        if known_s is None:
            known_s = next((step.start_s for step in kept if step.level_over_baseline_db is not None), None)
        return Curves(heard, speaking, level, rate, pitch, known_s)


def no_curves() -> Curves:
    """Curves of a speaker who has not been heard."""
    none, nothing = np.zeros(0, np.bool_), np.zeros(0, np.float32)
    return Curves(none, none, nothing, nothing, nothing)


def edges(left_s: float, span_s: float, columns: int) -> NDArray[np.int64]:
    """Cut a stretch of time into columns: the step at which each begins, and the one after the last."""
    return np.floor(np.linspace(left_s, left_s + span_s, columns + 1) / STEP_S + 1e-6).astype(np.int64)


def highest(values: Numbers, cuts: NDArray[np.int64]) -> Numbers:
    """Find the highest value of each column; NaN where a column has none."""
    return _reduced(np.fmax, values, cuts, np.float32(np.nan))


def lowest(values: Numbers, cuts: NDArray[np.int64]) -> Numbers:
    """Find the lowest value of each column; NaN where a column has none."""
    return _reduced(np.fmin, values, cuts, np.float32(np.nan))


def anywhere(true: NDArray[np.bool_], cuts: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether something is true anywhere in each column."""
    found: NDArray[np.bool_] = _reduced(np.logical_or, true, cuts, np.False_)
    return found


def _reduced(reduce: np.ufunc, values: NDArray[np.generic], cuts: NDArray[np.int64], nothing: np.generic) -> NDArray:  # type: ignore[type-arg]
    """Reduce each column of at least one step: a column narrower than a step shows the step it lies in."""
    columns = np.full(len(cuts) - 1, nothing)
    inside = (cuts[:-1] >= 0) & (cuts[:-1] < len(values))
    if inside.any():
        end = max(int(cuts[-1]), int(cuts[:-1][inside][-1]) + 1)
        columns[inside] = reduce.reduceat(values[:end], cuts[:-1][inside])
    return columns


def _grown(values: NDArray[np.bool_], size: int) -> NDArray[np.bool_]:
    grown = np.zeros(size, np.bool_)
    grown[: len(values)] = values
    return grown


def _column(steps: Sequence[TonePoint], name: str) -> Numbers:
    values = np.array(list(map(attrgetter(name), steps)), np.float64)
    return np.where(np.abs(values) < FARTHEST, values, np.nan).astype(np.float32)


def _laid(values: Numbers, size: int, at: NDArray[np.int64], new: Numbers) -> Numbers:
    laid = np.full(size, np.nan, np.float32)
    laid[: len(values)] = values
    laid[at] = new
    return laid

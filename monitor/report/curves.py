"""The curves of a call in the columns of a picture, each column the same stretch of time."""

import math
from dataclasses import dataclass
from statistics import median

import numpy as np
from numpy.typing import NDArray

from audio.block import Speaker
from monitor.call.tone_arrays import Numbers
from monitor.report.bands import place
from monitor.report.stored_call import StoredCall

COLUMNS = 700
"""As many as a printed page can show."""
NARROWEST_S = 0.2


@dataclass(frozen=True, slots=True)
class Curve:
    """One measure of one speaker; None in the columns in which there was nothing to measure."""

    at_s: tuple[float, ...]
    """Middle of each column."""
    low: tuple[float | None, ...]
    middle: tuple[float | None, ...]
    """Median of the column's samples."""
    high: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Curves:
    """One speaker's tone."""

    level_over_db: Curve
    """Volume over the usual."""
    rate_sps: Curve
    pitch_over_st: Curve
    """Pitch over the usual."""


def curves(kept: StoredCall, speaker: Speaker) -> Curves:
    """Reduce a speaker's tone to columns."""
    width_s = max(NARROWEST_S, kept.duration_s / COLUMNS)
    count = max(1, math.ceil(kept.duration_s / width_s))
    at_s = tuple(round((column + 0.5) * width_s, 2) for column in range(count))
    tone = kept.tone[speaker]
    columns = place(tone.start_s, width_s, count)
    return Curves(
        _curve(at_s, columns, tone.level_over_baseline_db),
        _curve(at_s, columns, tone.articulation_rate_sps),
        _curve(at_s, columns, tone.pitch_over_baseline_st),
    )


def _curve(at_s: tuple[float, ...], columns: NDArray[np.int64], values: Numbers) -> Curve:
    own: list[list[float]] = [[] for _ in at_s]
    measured = ~np.isnan(values)
    for column, value in zip(columns[measured].tolist(), values[measured].tolist(), strict=True):
        own[column].append(value)
    return Curve(
        at_s,
        tuple(min(inside, default=None) for inside in own),
        tuple(median(inside) if inside else None for inside in own),
        tuple(max(inside, default=None) for inside in own),
    )

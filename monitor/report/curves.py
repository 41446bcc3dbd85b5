"""The curves of a call, as wide as a picture: a column of it for each stretch of the same length."""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from statistics import median

from audio.block import Speaker
from audio.measures import ToneSample
from monitor.report.kept import Kept

COLUMNS = 700
"""A printed page shows no more."""
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


def curves(kept: Kept, speaker: Speaker) -> Curves:
    """Draw a speaker's tone together, column by column."""
    width_s = max(NARROWEST_S, kept.duration_s / COLUMNS)
    count = max(1, math.ceil(kept.duration_s / width_s))
    columns: list[list[ToneSample]] = [[] for _ in range(count)]
    for sample in kept.tone(speaker):
        columns[min(count - 1, int(sample.start_s / width_s))].append(sample)
    at_s = tuple(round((column + 0.5) * width_s, 2) for column in range(count))
    return Curves(
        _curve(at_s, columns, lambda sample: sample.level_over_baseline_db),
        _curve(at_s, columns, lambda sample: sample.articulation_rate_sps),
        _curve(at_s, columns, lambda sample: sample.pitch_over_baseline_st),
    )


def _curve(
    at_s: tuple[float, ...], columns: Iterable[list[ToneSample]], measure: Callable[[ToneSample], float | None]
) -> Curve:
    known = [[value for sample in column if (value := measure(sample)) is not None] for column in columns]
    return Curve(
        at_s,
        tuple(min(values, default=None) for values in known),
        tuple(median(values) if values else None for values in known),
        tuple(max(values, default=None) for values in known),
    )

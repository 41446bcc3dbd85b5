"""Each speaker's tone compared with their own usual, and the curves of both speakers."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from audio.block import Speaker
from monitor.call.tone_arrays import STEP_S, Numbers, Pitch, Tone, known
from monitor.pipeline.metrics import BY_NAME
from monitor.report.stored_call import StoredCall

LEVEL, RATE, PITCH = "level_over_baseline_db", "rate_over_baseline_pct", "pitch_over_baseline_st"
FLAT_ST = 1.5
"""A minute whose pitch has a smaller standard deviation is flat."""
FLAT_NEEDS_S = 10.0
"""Voiced speech that a minute needs before it counts."""
BINS = (5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0)
"""Possible lengths of a row in the table of the curves: the first that gives at most 24 rows."""
ROWS = 24
QUARTERS = 4


@dataclass(frozen=True, slots=True)
class Bands:
    """One speaker's tone over their own usual; None where there was nothing to measure."""

    level_in_pct: float | None
    """Share of the measured speech with the volume in the speaker's usual range."""
    rate_in_pct: float | None
    pitch_in_pct: float | None
    all_in_s: float
    """Seconds of speech with all measures in their usual range."""
    loud_s: float
    """Seconds of speech louder than the usual range."""
    fast_s: float
    highest_level_db: float | None
    """Highest volume over the usual, over 2 s of speech."""
    highest_level_at_s: float | None
    highest_rate_pct: float | None
    flat_minutes: int
    drift_st: float | None
    """Median pitch of the last quarter of the call over that of the first."""
    quarters_db: tuple[float | None, ...]
    """Mean volume over the usual in each quarter of the call."""
    quarters_pct: tuple[float | None, ...]
    """Mean rate over the usual in each quarter of the call."""
    spread_db: float | None
    """Standard deviation of the volume over the usual."""


@dataclass(frozen=True, slots=True)
class BandStretch:
    """One speaker in one row of the table of the curves."""

    start_s: float
    talk_pct: float
    """Share of the row's time in which the speaker spoke."""
    level_over_db: float | None
    rate_sps: float | None
    pitch_hz: float | None


def bands(kept: StoredCall, speaker: Speaker) -> Bands:
    """Compare a speaker's tone with their own usual."""
    tone, pitch = kept.tone[speaker], kept.pitch[speaker]
    levels, rates = known(tone.level_over_baseline_db), known(tone.rate_over_baseline_pct)
    highest = int(np.nanargmax(tone.level_over_baseline_db)) if len(levels) else None
    quarter_s = kept.duration_s / QUARTERS or 1.0
    return Bands(
        level_in_pct=_inside_pct(tone, LEVEL),
        rate_in_pct=_inside_pct(tone, RATE),
        pitch_in_pct=_inside_pct(tone, PITCH),
        all_in_s=_seconds(_all_inside(tone)),
        loud_s=_seconds(levels > _band(LEVEL)[1]),
        fast_s=_seconds(rates > _band(RATE)[1]),
        highest_level_db=None if highest is None else round(float(levels.max()), 1),
        highest_level_at_s=None if highest is None else round(float(tone.start_s[highest]), 1),
        highest_rate_pct=round(float(rates.max()), 1) if len(rates) else None,
        flat_minutes=_flat_minutes(pitch),
        drift_st=_drift_st(pitch, kept.duration_s),
        quarters_db=_quarters(tone, tone.level_over_baseline_db, quarter_s),
        quarters_pct=_quarters(tone, tone.rate_over_baseline_pct, quarter_s),
        spread_db=round(float(levels.std()), 1) if len(levels) else None,
    )


def stretches(kept: StoredCall, speaker: Speaker) -> tuple[BandStretch, ...]:
    """Summarise a speaker's curves in rows of equal length."""
    row_s = next((width for width in BINS if kept.duration_s <= width * ROWS), BINS[-1])
    count = max(1, math.ceil(kept.duration_s / row_s))
    tone, pitch = kept.tone[speaker], kept.pitch[speaker]
    tone_rows, pitch_rows = place(tone.start_s, row_s, count), place(pitch.start_s, row_s, count)
    return tuple(
        BandStretch(
            start_s=row * row_s,
            talk_pct=round(100 * int(own.sum()) * STEP_S / min(row_s, kept.duration_s - row * row_s or row_s), 1),
            level_over_db=mean(tone.level_over_baseline_db[own], 1),
            rate_sps=mean(tone.articulation_rate_sps[own], 2),
            pitch_hz=round(float(np.median(hz)), 1) if len(hz) else None,
        )
        for row in range(count)
        for own, hz in [(tone_rows == row, pitch.hz[pitch_rows == row])]
    )


def place(start_s: Numbers, width_s: float, count: int) -> NDArray[np.int64]:
    """Which of `count` stretches of `width_s` each sample is in; later samples count for the last."""
    return np.minimum(start_s // width_s, count - 1).astype(np.int64)


def mean(values: Numbers, digits: int) -> float | None:
    """Mean of what was measured, rounded; None if nothing was."""
    measured = known(values)
    return round(float(measured.mean()), digits) if len(measured) else None


def _band(metric: str) -> tuple[float, float]:
    return BY_NAME[metric].band or (-math.inf, math.inf)


def _inside(values: Numbers, metric: str) -> NDArray[np.bool_]:
    low, high = _band(metric)
    return (low <= values) & (values <= high)


def _inside_pct(tone: Tone, metric: str) -> float | None:
    values = known(getattr(tone, metric))
    return round(100 * int(_inside(values, metric).sum()) / len(values), 1) if len(values) else None


def _all_inside(tone: Tone) -> NDArray[np.bool_]:
    """Whether a step has measures, and all of them are in their usual range."""
    some, fine = np.zeros(len(tone.start_s), np.bool_), np.ones(len(tone.start_s), np.bool_)
    for metric in (LEVEL, RATE, PITCH):
        values: Numbers = getattr(tone, metric)
        measured = ~np.isnan(values)
        some |= measured
        fine &= ~measured | _inside(values, metric)
    return some & fine


def _seconds(steps: NDArray[np.bool_]) -> float:
    return round(int(steps.sum()) * STEP_S, 1)


def _flat_minutes(pitch: Pitch) -> int:
    minutes = pitch.start_s // 60
    judged = [own for minute in np.unique(minutes) if len(own := pitch.st[minutes == minute]) * STEP_S >= FLAT_NEEDS_S]
    return sum(bool(own.std() < FLAT_ST) for own in judged)


def _drift_st(pitch: Pitch, duration_s: float) -> float | None:
    first = pitch.st[pitch.start_s < duration_s / QUARTERS]
    last = pitch.st[pitch.start_s >= duration_s * (QUARTERS - 1) / QUARTERS]
    return round(float(np.median(last) - np.median(first)), 1) if len(first) and len(last) else None


def _quarters(tone: Tone, values: Numbers, quarter_s: float) -> tuple[float | None, ...]:
    places = place(tone.start_s, quarter_s, QUARTERS)
    return tuple(mean(values[places == quarter], 1) for quarter in range(QUARTERS))

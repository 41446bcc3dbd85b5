"""The agent's tone against the agent's own usual, and the curves of both speakers."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean, median, pstdev

from audio.block import Speaker
from audio.measures import PitchSample, ToneSample
from monitor.metrics import BY_NAME
from monitor.report.kept import Kept
from monitor.summary import STEP_S

LEVEL, RATE, PITCH = "level_over_baseline_db", "rate_over_baseline_pct", "pitch_over_baseline_st"
FLAT_ST = 1.5
"""A minute whose pitch has a smaller standard deviation is flat."""
FLAT_NEEDS_S = 10.0
"""Of voiced speech in a minute, before it is judged."""
BINS = (5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0)
"""Seconds of a row in the table of the curves; the first is taken that gives at most 24 rows."""
ROWS = 24
QUARTERS = 4


@dataclass(frozen=True, slots=True)
class Bands:
    """One speaker's tone over that speaker's usual; None where there was nothing to measure."""

    level_in_pct: float | None
    """Share of the measured speech with the volume inside the speaker's own band."""
    rate_in_pct: float | None
    pitch_in_pct: float | None
    all_in_s: float
    """Seconds of speech with everything that was measured inside the band."""
    loud_s: float
    """Seconds of speech with the volume over the band."""
    fast_s: float
    highest_level_db: float | None
    """The most that the volume, over 2 s of speech, was over the usual."""
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
class Stretch:
    """One speaker in one row of the table of the curves."""

    start_s: float
    talk_pct: float
    """Share of the row's time in which the speaker spoke."""
    level_over_db: float | None
    rate_sps: float | None
    pitch_hz: float | None


def bands(kept: Kept, speaker: Speaker) -> Bands:
    """Hold a speaker's tone against the speaker's own usual."""
    tone, pitch = kept.tone(speaker), kept.pitch(speaker)
    levels = [(value, sample) for sample in tone if (value := sample.level_over_baseline_db) is not None]
    rates = [value for sample in tone if (value := sample.rate_over_baseline_pct) is not None]
    highest = max(levels, key=lambda pair: pair[0], default=None)
    quarter_s = kept.duration_s / QUARTERS or 1.0
    return Bands(
        level_in_pct=_inside(tone, LEVEL),
        rate_in_pct=_inside(tone, RATE),
        pitch_in_pct=_inside(tone, PITCH),
        all_in_s=round(sum(_all_inside(sample) for sample in tone) * STEP_S, 1),
        loud_s=round(sum(value > _band(LEVEL)[1] for value, _ in levels) * STEP_S, 1),
        fast_s=round(sum(value > _band(RATE)[1] for value in rates) * STEP_S, 1),
        highest_level_db=round(highest[0], 1) if highest else None,
        highest_level_at_s=round(highest[1].start_s, 1) if highest else None,
        highest_rate_pct=round(max(rates), 1) if rates else None,
        flat_minutes=_flat_minutes(pitch),
        drift_st=_drift_st(pitch, kept.duration_s),
        quarters_db=_quarters(tone, quarter_s, lambda sample: sample.level_over_baseline_db),
        quarters_pct=_quarters(tone, quarter_s, lambda sample: sample.rate_over_baseline_pct),
        spread_db=round(pstdev(value for value, _ in levels), 1) if levels else None,
    )


def stretches(kept: Kept, speaker: Speaker) -> tuple[Stretch, ...]:
    """Sum a speaker's curves up in rows of equal length."""
    row_s = next((width for width in BINS if kept.duration_s <= width * ROWS), BINS[-1])
    count = max(1, math.ceil(kept.duration_s / row_s))
    tone: list[list[ToneSample]] = [[] for _ in range(count)]
    pitches: list[list[float]] = [[] for _ in range(count)]
    for sample in kept.tone(speaker):
        tone[min(count - 1, int(sample.start_s / row_s))].append(sample)
    for voiced in kept.pitch(speaker):
        pitches[min(count - 1, int(voiced.start_s / row_s))].append(voiced.pitch_hz)
    return tuple(
        Stretch(
            start_s=row * row_s,
            talk_pct=round(100 * len(own) * STEP_S / min(row_s, kept.duration_s - row * row_s or row_s), 1),
            level_over_db=_mean((sample.level_over_baseline_db for sample in own), 1),
            rate_sps=_mean((sample.articulation_rate_sps for sample in own), 2),
            pitch_hz=round(median(hz), 1) if hz else None,
        )
        for row, (own, hz) in enumerate(zip(tone, pitches, strict=True))
    )


def _band(metric: str) -> tuple[float, float]:
    return BY_NAME[metric].band or (-math.inf, math.inf)


def _is_inside(value: float, metric: str) -> bool:
    low, high = _band(metric)
    return low <= value <= high


def _inside(tone: Sequence[ToneSample], metric: str) -> float | None:
    values = [value for sample in tone if (value := getattr(sample, metric)) is not None]
    return round(100 * sum(_is_inside(value, metric) for value in values) / len(values), 1) if values else None


def _all_inside(sample: ToneSample) -> bool:
    known = [(value, metric) for metric in (LEVEL, RATE, PITCH) if (value := getattr(sample, metric)) is not None]
    return bool(known) and all(_is_inside(value, metric) for value, metric in known)


def _semitones(pitch: Iterable[PitchSample]) -> list[float]:
    return [12 * math.log2(sample.pitch_hz) for sample in pitch]


def _flat_minutes(pitch: Sequence[PitchSample]) -> int:
    minutes: dict[int, list[PitchSample]] = {}
    for sample in pitch:
        minutes.setdefault(int(sample.start_s // 60), []).append(sample)
    judged = [_semitones(minute) for minute in minutes.values() if len(minute) * STEP_S >= FLAT_NEEDS_S]
    return sum(pstdev(semitones) < FLAT_ST for semitones in judged)


def _drift_st(pitch: Sequence[PitchSample], duration_s: float) -> float | None:
    first = _semitones(sample for sample in pitch if sample.start_s < duration_s / QUARTERS)
    last = _semitones(sample for sample in pitch if sample.start_s >= duration_s * (QUARTERS - 1) / QUARTERS)
    return round(median(last) - median(first), 1) if first and last else None


def _quarters(
    tone: Iterable[ToneSample], quarter_s: float, measure: Callable[[ToneSample], float | None]
) -> tuple[float | None, ...]:
    parts: list[list[float]] = [[] for _ in range(QUARTERS)]
    for sample in tone:
        if (value := measure(sample)) is not None:
            parts[min(QUARTERS - 1, int(sample.start_s / quarter_s))].append(value)
    return tuple(_mean(part, 1) for part in parts)


def _mean(values: Iterable[float | None], digits: int) -> float | None:
    known = [value for value in values if value is not None]
    return round(fmean(known), digits) if known else None

"""The table of metrics: what rules, screens and reports may name, with unit, scale and source."""

from collections.abc import Iterator
from dataclasses import dataclass

from audio.measures import ToneSample
from rules.model import Reading


@dataclass(frozen=True, slots=True)
class Metric:
    """One measure of tone as the rest of the program knows it."""

    name: str
    """As rules write it, and the field of a tone sample it is read from; the unit ends it."""
    title: str
    """As people read it."""
    unit: str
    scale: tuple[float, float]
    """Ends of a gauge; fixed, so that a whisper never looks like a shout."""
    band: tuple[float, float] | None
    """The usual, marked on a gauge; None if there is none."""


METRICS: tuple[Metric, ...] = (
    Metric("level_over_baseline_db", "volume", "dB", (-12.0, 12.0), (-6.0, 6.0)),
    Metric("rate_over_baseline_pct", "rate", "%", (-40.0, 40.0), (-12.0, 12.0)),
    Metric("pitch_over_baseline_st", "pitch", "st", (-8.0, 8.0), (-4.0, 4.0)),
    Metric("level_dbfs", "level", "dBFS", (-60.0, 0.0), None),
    Metric("balance_db", "spectral balance", "dB", (-30.0, 10.0), None),
    Metric("balance_over_baseline_db", "effort", "dB", (-8.0, 8.0), (-1.5, 1.5)),
    Metric("noise_floor_dbfs", "room noise", "dBFS", (-90.0, -20.0), None),
    Metric("noise_over_start_db", "room noise over its start", "dB", (-12.0, 12.0), (-6.0, 6.0)),
    Metric("articulation_rate_sps", "articulation rate", "syllables/s", (0.0, 9.0), None),
    Metric("clipped_pct", "clipping", "%", (0.0, 10.0), (0.0, 0.1)),
)

BY_NAME = {metric.name: metric for metric in METRICS}


def readings(sample: ToneSample) -> Iterator[Reading]:
    """Read every metric that one tone sample has a value for."""
    if not sample.speaking:
        return
    for metric in METRICS:
        value = getattr(sample, metric.name)
        if value is not None:
            usual = _usual_rate_sps(sample) if metric.name == "articulation_rate_sps" else None
            yield Reading(sample.speaker, metric.name, sample.start_s, sample.end_s, float(value), usual)


def _usual_rate_sps(sample: ToneSample) -> float | None:
    if sample.articulation_rate_sps is None or sample.rate_over_baseline_pct is None:
        return None
    return sample.articulation_rate_sps / (1 + sample.rate_over_baseline_pct / 100)

"""The table of metrics that rules, screens and reports may use, with unit, scale and source."""

from dataclasses import dataclass

from rules.words_rate import WORDS_AHEAD


@dataclass(frozen=True, slots=True)
class Metric:
    """One measure as the rest of the program knows it."""

    name: str
    """Its name in rules, with the unit at the end."""
    title: str
    """Its name for people."""
    unit: str
    scale: tuple[float, float]
    """Limits of its gauge; fixed, so that a whisper never looks like a shout."""
    band: tuple[float, float] | None
    """The usual value, marked on its gauge; None if there is none."""


TONE: tuple[Metric, ...] = (
    Metric("level_over_baseline_db", "volume", "dB", (-12.0, 12.0), (-6.0, 6.0)),
    Metric("rate_over_baseline_pct", "rate", "%", (-40.0, 40.0), (-12.0, 12.0)),
    Metric("pitch_over_baseline_st", "pitch", "st", (-8.0, 8.0), (-4.0, 4.0)),
    Metric("level_dbfs", "level", "dBFS", (-60.0, 0.0), None),
    Metric("balance_db", "spectral balance", "dB", (-30.0, 10.0), None),
    Metric("balance_over_baseline_db", "spectral balance over usual", "dB", (-8.0, 8.0), (-1.5, 1.5)),
    Metric("noise_floor_dbfs", "room noise", "dBFS", (-90.0, -20.0), None),
    Metric("noise_over_start_db", "room noise over its start", "dB", (-12.0, 12.0), (-6.0, 6.0)),
    Metric("articulation_rate_sps", "articulation rate", "syllables/s", (0.0, 9.0), None),
    Metric("clipped_pct", "clipping", "%", (0.0, 10.0), (0.0, 0.1)),
    Metric("rate_lately_over_baseline_pct", "rate of the last seconds", "%", (-40.0, 40.0), None),
    Metric("rate_ahead_s", "ahead of the usual rate", "s", (0.0, 3.0), None),
)
"""Fields of a tone sample, read while their speaker speaks."""

VOICE: tuple[Metric, ...] = (
    Metric("effort_over_baseline_db", "effort", "dB", (-12.0, 12.0), (-3.0, 3.0)),
    Metric("effort_lately_db", "effort of the last 2 s of speech", "dB", (-12.0, 12.0), (-3.0, 3.0)),
    Metric("joint_rise_s", "everything up together", "s", (0.0, 3.0), None),
    Metric("level_spread_db", "spread of the volume", "dB", (0.0, 6.0), (1.2, 3.0)),
    Metric("pitch_residual_st", "pitch beyond what the volume explains", "st", (-8.0, 8.0), (-2.0, 2.0)),
    Metric("pitch_range_st", "pitch range", "st", (0.0, 6.0), None),
)
"""Worked out from tone samples: what balance and pitch show of the effort, as the rise in level that it usually comes
with; the same on average; seconds by which level, effort, pitch and rate are up together; how much the level varies
over 30 s of speech; pitch over the usual without 0.4 st for each dB over it; standard deviation of the pitch over the
last 60 s of voiced speech."""

WORDS: tuple[Metric, ...] = (Metric(WORDS_AHEAD, "words ahead of the usual rate", "s", (0.0, 3.0), None),)
"""Worked out from words, at the end of each utterance: seconds by which they are ahead of the usual rate and 15 % more,
by how long such words usually take this speaker."""

TURN_TAKING: tuple[Metric, ...] = (
    Metric("talked_s", "speech since the other last took the turn", "s", (0.0, 60.0), None),
    Metric("unbroken_s", "speech since the other was last heard at all", "s", (0.0, 60.0), None),
    Metric("interruptions_per_min", "interruptions in the last minute", "1/min", (0.0, 6.0), None),
    Metric("early_starts_per_min", "turns begun before the other's end, last minute", "1/min", (0.0, 6.0), None),
    Metric("dead_air_s", "silence of both, read as the agent's", "s", (0.0, 20.0), None),
    Metric("call_s", "length of the call so far, read as the customer's", "s", (0.0, 3600.0), None),
)
"""Read when they change."""

ATTRIBUTES: tuple[Metric, ...] = (
    Metric("contacts_30d", "earlier contacts in 30 days, read as the customer's", "", (0.0, 10.0), None),
)
"""Given with the call, and read once at its start."""

METRICS = TONE + VOICE + WORDS + TURN_TAKING + ATTRIBUTES
BY_NAME = {metric.name: metric for metric in METRICS}

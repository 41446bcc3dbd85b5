"""What the gauges of the agent's screen show."""

from monitor.pipeline.metrics import BY_NAME

GAUGES = (
    BY_NAME["level_over_baseline_db"],
    BY_NAME["rate_over_baseline_pct"],
    BY_NAME["pitch_over_baseline_st"],
)
"""The metrics of the agent that have a gauge, from top to bottom."""

"""What the gauges of the agent's screen show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.pipeline.metrics import BY_NAME

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rules.rulebook import Rule

GAUGES = (
    BY_NAME["level_over_baseline_db"],
    BY_NAME["rate_over_baseline_pct"],
    BY_NAME["pitch_over_baseline_st"],
)
"""The metrics of the agent that have a gauge, from top to bottom."""
PROMPTING = frozenset(["level_over_baseline_db", "rate_over_baseline_pct"])
"""Those on which a shipped rule may prompt, for as long as no call says which they are."""


def prompting(rules: Iterable[Rule]) -> frozenset[str]:
    """The metrics of the agent on which a rule may prompt: beyond the usual, their gauges ask for attention."""
    from rules.conditions import MetricCondition  # the screen is up sooner without

    prompts = (rule for rule in rules if rule.enabled and rule.told != "note")
    conditions = (condition for rule in prompts for condition in rule.conditions)
    return frozenset(it.metric for it in conditions if isinstance(it, MetricCondition) and it.speaker == "agent")

"""docs/metrics.md: every measure that a rule, a screen or a report may name."""

from collections.abc import Mapping

from audio.values import ToneSample
from monitor.pipeline import metrics
from monitor.pipeline.metrics import BY_NAME, Metric
from rules.conditions import MetricCondition
from rules.load import load
from rules.rulebook import Rule
from tools.reference.fields import documented
from tools.reference.markdown import page, table

_INTRO = """\
A rule names a metric in a condition: `{ metric = "level_over_baseline_db", above = 6 }`. The unit ends the name. "Over
baseline" means over what is usual for the speaker: learnt from their first seconds of speech, or known from their
profile. Scale and band are what the agent's gauges show. The table in the code is `monitor/pipeline/metrics.py`; when
each is read stands in `monitor/pipeline/readings.py`.
"""

_GROUPS = (
    ("Tone", "TONE", "Read every 0.1 s while the speaker speaks, from the fields of a [tone](events.md#tone) event."),
    ("Voice", "VOICE", "Worked out from tone samples, while their speaker speaks."),
    ("Words", "WORDS", "Worked out from final words, at the end of an utterance of some length, behind the watermark."),
    ("Turn-taking", "TURN_TAKING", "Read when they change; they need both sides of the call."),
    ("What is known of the call", "ATTRIBUTES", "Given with the call, and read once at its start."),
)


def metrics_page() -> str:
    """The page."""
    measured = {field.name: field.meaning for field in documented(ToneSample)}
    used = _used()
    parts = []
    for title, name, when in _GROUPS:
        rows = [_row(metric, measured.get(metric.name, ""), used) for metric in getattr(metrics, name)]
        heads = ("metric", "is", "unit", "scale", "band", "shipped rules that read it")
        parts.append(f"## {title}\n\n{when}\n\n{table(heads, rows)}")
    return page("Metrics", _INTRO, *parts)


def _row(metric: Metric, measured: str, used: Mapping[str, list[str]]) -> tuple[str, ...]:
    title = f"{metric.title[0].upper()}{metric.title[1:]}."
    return (
        f"`{metric.name}`",
        f"{title} {measured}".strip(),
        metric.unit or "–",
        _range(metric.scale),
        _range(metric.band) if metric.band else "–",
        ", ".join(f"`{rule}`" for rule in used.get(metric.name, ())) or "–",
    )


def _range(ends: tuple[float, float]) -> str:
    return " … ".join(f"{end:g}".replace("-", "−") for end in ends)


def _used() -> dict[str, list[str]]:
    """The shipped rules that read each metric."""
    used: dict[str, list[str]] = {}
    for rule in load(metrics=BY_NAME).rules:
        for name in _metrics_of(rule):
            used.setdefault(name, []).append(rule.id)
    return used


def _metrics_of(rule: Rule) -> list[str]:
    conditions = (*rule.conditions, *rule.unless, *rule.heeded_by)
    return sorted({condition.metric for condition in conditions if isinstance(condition, MetricCondition)})

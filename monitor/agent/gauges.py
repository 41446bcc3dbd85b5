"""The gauges: volume, rate and pitch over the agent's own usual, on scales that never move."""

from monitor.agent.gauge_metrics import GAUGES
from monitor.agent.lines import AgentLines
from monitor.agent.view import AgentView
from monitor.base.lines import Ink, Line
from monitor.pipeline.metrics import Metric

LABEL = 10
"""Cells left of every scale and trace, so that they line up."""
NUMBER = 10

NO_BASELINE = " no baseline yet "


def gauge_line(metric: Metric, value: float | None, width: int, *, baseline: bool = True, prompts: bool = True) -> Line:
    """Draw one gauge: the usual range between its marks, a bar from the middle to the value, the value in figures.

    Outside the usual range the end of the bar changes from ● to ◆, and an arrow shows the side. Without a baseline, the
    scale says so. Where no rule prompts on the metric, the bar asks for no attention.
    """
    label, scale = f" {metric.title:<{LABEL - 1}}", max((width - LABEL - NUMBER - 2) // 2 * 2 + 1, 3)
    low, high = (_place(edge, metric, scale) for edge in metric.band or metric.scale)
    cells = ["·" if cell < low or cell > high else "─" for cell in range(scale)]
    cells[low], cells[scale // 2], cells[high] = "├", "┼", "┤"
    if value is None and not baseline:
        cells = _in_the_middle(cells, NO_BASELINE)
    if value is None:
        return ((label, "dim"), ("".join(cells), "usual"), (f"{'–':>5} {metric.unit}", "dim"))
    place = _place(value, metric, scale)
    arrow = "▲" if place >= high else "▼" if place <= low else ""
    start, end = sorted((scale // 2, place))
    bar = ["━"] * (end - start + 1)
    bar[0 if place < scale // 2 else -1] = "◆" if arrow else "●"
    lit: Ink = "plain" if not arrow else "prompt" if prompts else "dim"
    number = f"{round(value):+}".replace("-", "−") if round(value) else "0"
    return (
        (label, "plain"),
        ("".join(cells[:start]), "usual"),
        ("".join(bar), lit if arrow else "strong"),
        ("".join(cells[end + 1 :]), "usual"),
        (f"{number:>5} {metric.unit:<2} {arrow}", lit),
    )


def _place(value: float, metric: Metric, cells: int) -> int:
    """Find the cell of a value on the scale; values off the scale go to its end."""
    low, high = metric.scale
    return round((min(max(value, low), high) - low) / (high - low) * (cells - 1))


def _in_the_middle(cells: list[str], text: str) -> list[str]:
    """Write over the scale, if it is long enough."""
    at = (len(cells) - len(text)) // 2
    return [*cells[:at], *text, *cells[at + len(text) :]] if at >= 0 else cells


class Gauges(AgentLines):
    """All gauges, one a row."""

    def draw(self, view: AgentView, width: int, height: int) -> tuple[Line, ...]:
        """Draw the gauges below each other."""
        tone = view.agent.tone
        values = [None if tone is None else getattr(tone, metric.name) for metric in GAUGES]
        lines = (
            gauge_line(metric, value, width, baseline=not view.baseline_missing, prompts=metric.name in view.prompting)
            for metric, value in zip(GAUGES, values, strict=True)
        )
        return tuple(lines)[:height]

"""The traces: who spoke when in the last minute, and at what level."""

from monitor.agent.gauges import LABEL
from monitor.agent.lines import AgentLines
from monitor.agent.view import LOST_DBFS, SILENT_DBFS, TRACE_S, AgentView, Trace
from monitor.base.lines import Ink, Line, Span
from monitor.pipeline.metrics import BY_NAME

BARS = "▁▂▃▄▅▆▇█"
_LOW_DBFS, _HIGH_DBFS = BY_NAME["level_dbfs"].scale


def columns(trace: Trace, width: int) -> tuple[float | None, ...]:
    """Join seconds into as many whole columns as fit; the loudest second stands for its column."""
    step = next(
        step for step in (1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30, 60) if TRACE_S // step <= width or step == TRACE_S
    )
    pieces = (trace.cells[start : start + step] for start in range(0, TRACE_S, step))
    return tuple(max((cell for cell in piece if cell is not None), default=None) for piece in pieces)


def glyph(level_dbfs: float | None) -> str:
    """Draw one column: a bar on the fixed scale, · for silence, × for lost sound, a blank before any sound."""
    if level_dbfs is None:
        return " "
    if level_dbfs == SILENT_DBFS:
        return "·"
    if level_dbfs == LOST_DBFS:
        return "×"
    share = (level_dbfs - _LOW_DBFS) / (_HIGH_DBFS - _LOW_DBFS)
    return BARS[min(max(int(share * len(BARS)), 0), len(BARS) - 1)]


def trace_lines(agent: Trace, customer: Trace, width: int) -> tuple[Line, Line]:
    """Draw both traces; where both spoke, both bars change their ink."""
    you, them = _marks(agent, width - LABEL), _marks(customer, width - LABEL)
    both = [a in BARS and b in BARS for a, b in zip(you, them, strict=True)]
    return _trace_line(" you", "you", you, both), _trace_line(" customer", "customer", them, both)


def _marks(trace: Trace, width: int) -> str:
    """Draw a trace with its pen, a thin line in front of the blank that it wipes."""
    marks = "".join(glyph(level_dbfs) for level_dbfs in columns(trace, width))
    pen = trace.pen % TRACE_S * len(marks) // TRACE_S + 1
    return marks[:pen] + "▏" + marks[pen + 1 :] if marks[pen : pen + 1] == " " else marks


def _trace_line(label: str, ink: Ink, marks: str, both: list[bool]) -> Line:
    spans: list[Span] = [(f"{label:<{LABEL}}", ink)]
    for mark, overlap in zip(marks, both, strict=True):
        own: Ink = "trouble" if mark == "×" else "usual" if mark not in BARS else "both" if overlap else ink
        if spans[-1][1] == own:
            spans[-1] = (spans[-1][0] + mark, own)
        else:
            spans.append((mark, own))
    return tuple(spans)


class Traces(AgentLines):
    """Both traces, and the seconds of the minute below them if there is room."""

    def draw(self, view: AgentView, width: int, height: int) -> tuple[Line, ...]:
        """Draw the customer below the agent."""
        agent, customer = view.agent.trace, view.customer.trace
        quarter = len(columns(agent, width - LABEL)) // 4
        axis = "".join(f"{second:<{quarter}}" for second in (0, 15, 30, 45))
        return (*trace_lines(agent, customer, width), ((" " * LABEL + axis.rstrip() + " s", "usual"),))[:height]

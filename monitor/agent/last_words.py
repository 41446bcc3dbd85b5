"""The last words of both speakers."""

from monitor.agent.gauges import LABEL
from monitor.agent.lines import AgentLines
from monitor.agent.speaker_view import SpeakerView
from monitor.agent.view import AgentView
from monitor.base.lines import Ink, Line, wrap

WHOLE_MINUTE = 10
"""From this many rows on, earlier words stay on show, about those of the last minute."""


def words_lines(label: str, ink: Ink, seen: SpeakerView, width: int, rows: int) -> tuple[Line, ...]:
    """Write the last words from the left and start a new page when it is full, so that no word moves sideways."""
    pages = wrap(_spans(seen), width - LABEL - 1)
    page = pages[(len(pages) - 1) // rows * rows :] if pages else []
    return _labelled(label, ink, page, rows)


def minute_lines(label: str, ink: Ink, seen: SpeakerView, width: int, rows: int) -> tuple[Line, ...]:
    """Write the words of about a minute; when the rows are full, the lower half moves up, and not before."""
    ongoing = _spans(seen) if seen.unfinished else ()
    lines = wrap(((seen.said, "dim"), *ongoing), width - LABEL - 1)
    half = max(rows // 2, 1)
    start = max((len(lines) - 1) // half - 1, 0) * half
    return _labelled(label, ink, lines[start : start + rows], rows)


def _spans(seen: SpeakerView) -> Line:
    ongoing = " …" if seen.unfinished else ""
    return (seen.solid, "dim"), (seen.tentative + ongoing, "tentative")


def _labelled(label: str, ink: Ink, written: list[Line], rows: int) -> tuple[Line, ...]:
    lines = [*written, *[()] * (rows - len(written))]
    heads = [f" {label}", *[""] * (rows - 1)]
    return tuple(((f"{head:<{LABEL}}", ink), *line) for head, line in zip(heads, lines, strict=True))


class Words(AgentLines):
    """The words of both speakers, each in half of the rows."""

    def draw(self, view: AgentView, width: int, height: int) -> tuple[Line, ...]:
        """Draw the customer's words below the agent's."""
        rows = max(height // 2, 1)
        lines = minute_lines if height >= WHOLE_MINUTE else words_lines
        you = lines("you", "you", view.agent, width, rows)
        return (*you, *lines("customer", "customer", view.customer, width, rows))

"""The last words of both speakers."""

from monitor.agent.gauges import LABEL
from monitor.agent.lines import AgentLines
from monitor.agent.view import AgentView, SpeakerView
from monitor.base.lines import Ink, Line, wrap


def words_lines(label: str, ink: Ink, seen: SpeakerView, width: int, rows: int) -> tuple[Line, ...]:
    """Write the last words from the left and start a new page when it is full, so that no word moves sideways."""
    ongoing = " …" if seen.unfinished else ""
    pages = wrap(((seen.solid, "dim"), (seen.tentative + ongoing, "tentative")), width - LABEL - 1)
    page = pages[(len(pages) - 1) // rows * rows :] if pages else []
    lines = [*page, *[()] * (rows - len(page))]
    heads = [f" {label}", *[""] * (rows - 1)]
    return tuple(((f"{head:<{LABEL}}", ink), *line) for head, line in zip(heads, lines, strict=True))


class Words(AgentLines):
    """The words of both speakers, each in half of the rows."""

    def draw(self, view: AgentView, width: int, height: int) -> tuple[Line, ...]:
        """Draw the customer's words below the agent's."""
        rows = max(height // 2, 1)
        you = words_lines("you", "you", view.agent, width, rows)
        return (*you, *words_lines("customer", "customer", view.customer, width, rows))

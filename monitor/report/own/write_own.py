"""Writes an agent's own page."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

from monitor.report.errors import ReportError
from monitor.report.own import own_text
from monitor.report.own.own_facts import OwnFacts, own_facts
from monitor.report.write import save

PAGE = Path("my-calls.html")


def page(root: Path, agent: str, output: Path | None, since: date | None = None, until: date | None = None) -> Path:
    """Write the page, and name it.

    Args:
        root: the folder of all calls.
        agent: the whole name.
        output: where; in the current folder if None.
        since: the first day.
        until: the last one.

    Raises:
        ReportError: the agent has no calls, or the page cannot be written.
        CallFolderError: the actions or the notes of a call cannot be read.
    """
    from monitor.report import page as pages  # the terminal's report needs no templates
    from monitor.report.team.team_figures import trend  # nor pictures

    facts = _facts(root, agent, since, until)
    return save(output or PAGE, pages.own(facts, trend(facts.weeks)))


def texts(root: Path, agent: str, since: date | None = None, until: date | None = None) -> Iterator[str]:
    """Write it as lines of text; raises as `page` does."""
    yield from own_text.text(_facts(root, agent, since, until))


def _facts(root: Path, agent: str, since: date | None, until: date | None) -> OwnFacts:
    today = datetime.now().astimezone().date()
    facts = own_facts(root, agent, since or date.min, until or date.max, today)
    if facts is None:
        raise ReportError(
            f"{root} has no calls of {agent} that can be measured. Try other days, correct agent.name in the settings, "
            "or set --calls."
        )
    return facts

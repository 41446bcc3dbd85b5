"""A filter as it was written, with what it means now."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from monitor.catalogue import saved_filters
from monitor.catalogue.filter_text import parse
from monitor.catalogue.query import Filter

ALL = Filter()


@dataclass(frozen=True, slots=True)
class FilterLine:
    """A filter, in its own words and understood."""

    text: str = ""
    wanted: Filter = ALL

    def of_team(self) -> FilterLine:
        """The same filter, of the calls of all desks that the login of a shared catalogue may read."""
        return replace(self, wanted=replace(self.wanted, team=True))


def read_line(root: Path, text: str, now: datetime) -> FilterLine:
    """Read a filter.

    Args:
        root: the folder of all calls, which holds the saved filters.
        text: see `filter_text.parse`.
        now: what "today" means, with its offset from UTC.

    Raises:
        FilterError: it cannot be understood, or the saved filters cannot be read.
    """
    saved = saved_filters.read(root) if "@" in text else {}
    return FilterLine(text.strip(), parse(text, now, saved))

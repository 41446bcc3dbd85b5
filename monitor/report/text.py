"""Facts as lines for a terminal: the tables of the page, aligned."""

import textwrap
from collections.abc import Iterator

from monitor.plain import clock
from monitor.report import remarks, tables
from monitor.report.facts import NOT_FOR, Facts
from monitor.report.tables import Table
from monitor.report.wording import day, hour

WIDTH = 100
WIDEST_CELL = 44
GAP = "  "


def call(facts: Facts) -> Iterator[str]:
    """Write the report of one call, a line at a time."""
    yield f"Call of {day(facts.info.started)}, {hour(facts.info.started)}, {clock(facts.duration_s)}: {facts.id}"
    yield NOT_FOR
    yield ""
    for sentence in (*facts.in_short, *remarks.missing(facts)):
        yield from paragraph(sentence)
    for table in (tables.stretches, tables.speakers, tables.bands, tables.turns):
        yield from lines(table(facts))
    for sentence in remarks.turns(facts):
        yield from paragraph(sentence)
    for table in (
        *(tables.prompts, tables.flags, tables.escalations, tables.checklists),
        *(tables.counts, tables.promised, tables.marks),
    ):
        yield from lines(table(facts))
    for moment in facts.moments:
        yield ""
        yield f"{clock(moment.start_s)}–{clock(moment.end_s)}  {', '.join(moment.why)}"
        for line in moment.lines:
            yield from paragraph(f"{clock(line.at_s):>6}  {line.speaker:<8}  {line.text}", indent=18)
    yield ""
    for sentence in remarks.measured(facts):
        yield from paragraph(sentence)


def lines(table: Table) -> Iterator[str]:
    """Align a table under its title; nothing if it has no rows."""
    if not table.rows:
        return
    yield ""
    yield table.title
    rows = [[textwrap.wrap(cell, WIDEST_CELL) or [""] for cell in row] for row in (table.heads, *table.rows)]
    widths = [max(len(line) for row in rows for line in row[column]) for column in range(len(table.heads))]
    for row in rows:
        for line in range(max(len(cell) for cell in row)):
            cells = [cell[line] if line < len(cell) else "" for cell in row]
            yield GAP.join(f"{cell:<{width}}" for cell, width in zip(cells, widths, strict=True)).rstrip()


def paragraph(sentence: str, indent: int = 0) -> list[str]:
    """Fold a sentence into the width of the report."""
    return textwrap.wrap(sentence, WIDTH, subsequent_indent=" " * indent, break_on_hyphens=False)

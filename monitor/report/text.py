"""Facts as lines for a terminal: the tables of the page, aligned."""

import textwrap
from collections.abc import Iterable, Iterator

from monitor.base.clock import clock
from monitor.report import remarks, tables
from monitor.report.facts import NOT_FOR, Facts
from monitor.report.scorecards import card_facts
from monitor.report.tables import Table
from monitor.report.team import card_table, practice_tables, team_tables
from monitor.report.team.team_facts import TeamFacts
from monitor.report.wording import day, hour

WIDTH = 100
WIDEST_CELL = 44
WIDEST_HEAD = 16
GAP = "  "


def call(facts: Facts) -> Iterator[str]:
    """Yield the lines of the report on one call."""
    yield f"Call of {day(facts.info.started)}, {hour(facts.info.started)}, {clock(facts.duration_s)}: {facts.id}"
    yield NOT_FOR
    yield ""
    for sentence in (*facts.in_short, *remarks.missing(facts)):
        yield from paragraph(sentence)
    if not facts.info.mixed:
        yield from lines(tables.stretches(facts))
        for table in (tables.prompts, tables.escalations, tables.flags, tables.promised, tables.checklists):
            yield from lines(table(facts))
    yield from lines(tables.marks(facts))
    yield from lines(tables.followers(facts))
    for card in card_facts(facts.cards):
        yield from lines(card.table)
        yield from paragraph(card.score)
    for moment in facts.moments:
        yield ""
        yield f"{clock(moment.start_s)}–{clock(moment.end_s)}  {', '.join(moment.why)}"
        for line in moment.lines:
            yield from paragraph(f"{clock(line.at_s):>6}  {line.speaker:<8}  {line.text}", indent=18)
    if not facts.info.mixed:
        yield from _numbers(facts)
    yield ""
    for sentence in remarks.measured(facts):
        yield from paragraph(sentence)


def _numbers(facts: Facts) -> Iterator[str]:
    yield from lines(tables.unusual(facts))
    yield ""
    yield from paragraph(remarks.usual(facts))
    for table in (tables.speakers, tables.bands, tables.turns):
        yield from lines(table(facts))
    for sentence in remarks.turns(facts):
        yield from paragraph(sentence)
    for table in (tables.counts, tables.pairs):
        yield from lines(table(facts))


def team(facts: TeamFacts, missing: Iterable[str] = ()) -> Iterator[str]:
    """Yield the lines of the report on many calls."""
    yield facts.who
    yield NOT_FOR
    yield ""
    for sentence in (*team_tables.in_short(facts), *missing):
        yield from paragraph(sentence)
    yield ""
    for sentence in practice_tables.practise_next(facts):
        yield from paragraph(sentence)
    for table in (
        *(practice_tables.own_past, practice_tables.customers),
        *(team_tables.spreads, team_tables.weeks, team_tables.trends, team_tables.comparison),
        *(team_tables.prompts, team_tables.issues, team_tables.items, team_tables.steps),
        *(card_table.scorecards, team_tables.agents),
    ):
        yield from lines(table(facts))
    yield ""
    for sentence in team_tables.notes(facts):
        yield from paragraph(sentence)


def lines(table: Table) -> Iterator[str]:
    """Align a table under its title; nothing if it has no rows."""
    if not table.rows:
        return
    yield ""
    yield table.title
    heads = [textwrap.wrap(head, WIDEST_HEAD) or [""] for head in table.heads]
    rows = [heads, *([textwrap.wrap(cell, WIDEST_CELL) or [""] for cell in row] for row in table.rows)]
    widths = [max(len(line) for row in rows for line in row[column]) for column in range(len(table.heads))]
    for row in rows:
        for line in range(max(len(cell) for cell in row)):
            cells = [cell[line] if line < len(cell) else "" for cell in row]
            yield GAP.join(f"{cell:<{width}}" for cell, width in zip(cells, widths, strict=True)).rstrip()


def paragraph(sentence: str, indent: int = 0) -> list[str]:
    """Fold a sentence into the width of the report."""
    return textwrap.wrap(sentence, WIDTH, subsequent_indent=" " * indent, break_on_hyphens=False)

"""An agent's own page in sentences and tables, the same on the page and in the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import mean

from monitor.base.clock import clock
from monitor.base.counts import count
from monitor.call.marks import kind_text
from monitor.follow_up.change import FEWEST, Change
from monitor.follow_up.follow_up_text import METHOD, NOT_THE_ONE_CALL, agreed, result
from monitor.report.facts import NOT_FOR
from monitor.report.own.own_facts import OwnFacts
from monitor.report.tables import Table
from monitor.report.team import team_tables
from monitor.report.team.comparison import TOO_LITTLE, day, difference, verdict
from monitor.report.team.numbers import Measure
from monitor.report.text import lines, paragraph
from monitor.report.wording import NOTHING, number, over

HEADS = ("measure", "unit", "before", "last four weeks", "difference (95 % interval)", "verdict")


def in_short(facts: OwnFacts) -> Iterator[str]:
    """How much there is, and what has changed by more than chance."""
    weeks = facts.weeks
    span = day(weeks.first) if weeks.first == weeks.last else f"{day(weeks.first)} to {day(weeks.last)}"
    yield f"{count(len(weeks.calls), 'call').capitalize()}, {span}."
    made = [one for _, one in facts.measures if one.difference.value is not None]
    if not made:
        before, since = (max((len(side) for side in sides), default=0) for sides in _sides(facts))
        yield (
            f"It is too early to compare: that takes {FEWEST} measured calls before {day(facts.lately)} and {FEWEST} "
            f"since; there are {before} and {since}."
        )
        return
    changed = [(measure, one) for measure, one in facts.measures if one.difference.beyond_chance]
    for measure, one in changed:
        value, low, high = (
            over(end, "", measure.digits).strip()
            for end in (one.difference.value, one.difference.low, one.difference.high)
        )
        yield (
            f"{measure.title}: {value} {_unit(measure)} since {day(facts.lately)}, more than chance "
            f"(95 % interval {low} to {high})."
        )
    if not changed:
        yield f"Since {day(facts.lately)}, nothing differs from your earlier calls by more than chance."


def measures(facts: OwnFacts) -> Table:
    """The agent's measures against the agent's own past."""
    rows = tuple(_row(*pair) for pair in facts.measures)
    return Table("Your last four weeks and your calls before", HEADS, rows)


def customers(facts: OwnFacts) -> Table:
    """The customers' side; no rows where no customer is heard."""
    rows = tuple(_row(*pair) for pair in facts.customers if pair[1].before or pair[1].since)
    return Table("Your customers", HEADS, rows)


def weeks(facts: OwnFacts) -> Table:
    """Each week in numbers."""
    return team_tables.weeks(facts.weeks)


def notes(facts: OwnFacts) -> Table:
    """What others noted on the calls, and what the agent answered."""
    rows = tuple(
        (
            f"{day(one.started.date())}, {clock(one.mark.at_s)}",
            kind_text(one.mark.kind) + ", withdrawn" * one.withdrawn,
            one.mark.text,
            one.mark.by or NOTHING,
        )
        for one in facts.notes
    )
    return Table("Notes and answers", ("call", "what", "text", "by"), rows)


def actions(facts: OwnFacts) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each agreed action, and what became of it."""
    for one in facts.followed:
        yield agreed(one.agreed.action), tuple(result(one))


def measured() -> Iterator[str]:
    """How to read it."""
    yield "This page is made of your own calls alone. It compares you with nobody but yourself."
    yield METHOD
    yield (
        "Of twenty such comparisons, chance alone gives one that looks like more. The averages of a week count each "
        "call by how long you spoke."
    )


def text(facts: OwnFacts) -> Iterator[str]:
    """Yield the lines of the page for a terminal."""
    yield f"Your calls, {facts.agent}"
    yield NOT_FOR
    yield ""
    for sentence in in_short(facts):
        yield from paragraph(sentence)
    for head, sentences in actions(facts):
        yield ""
        yield from paragraph(head)
        for sentence in sentences:
            yield from paragraph(f"  {sentence}", indent=2)
    if facts.followed:
        yield from paragraph(NOT_THE_ONE_CALL)
    for table in (measures(facts), customers(facts), weeks(facts), notes(facts)):
        yield from lines(table)
    yield ""
    for sentence in measured():
        yield from paragraph(sentence)


def _row(measure: Measure, one: Change) -> tuple[str, ...]:
    few = any(one.missing)
    return (
        measure.title,
        measure.unit,
        *(_side(side, measure) for side in (one.before, one.since)),
        TOO_LITTLE if few else difference(one.difference, measure.digits),
        "" if few else verdict(one.difference),
    )


def _side(values: tuple[float, ...], measure: Measure) -> str:
    return f"{number(mean(values), measure.digits)}, {count(len(values), 'call')}" if values else "no calls"


def _sides(facts: OwnFacts) -> tuple[list[tuple[float, ...]], list[tuple[float, ...]]]:
    return [one.before for _, one in facts.measures], [one.since for _, one in facts.measures]


def _unit(measure: Measure) -> str:
    return "points" if measure.unit.startswith("%") else measure.unit

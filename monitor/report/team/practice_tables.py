"""What to practise next and the customers' side, in words and tables."""

from collections.abc import Iterator

from monitor.report.tables import Table
from monitor.report.team import comparison as words
from monitor.report.team.comparison import day, estimated, verdict
from monitor.report.team.numbers import CUSTOMER_MEASURES
from monitor.report.team.team_facts import TeamFacts

CHANCE = 0.025
"""How often chance alone puts an interval on the side that is to be practised."""


def practise_next(facts: TeamFacts) -> Iterator[str]:
    """What is compared with what, and whether there is anything to practise."""
    past = facts.own_past
    before, since = past.calls
    if not before:
        yield f"To compare with, it takes calls from before {day(past.since)}; there are none."
        return
    if not past.compared:
        yield f"There are too few calls before or since {day(past.since)} to compare: {before} and {since}."
        return
    by_chance = round(CHANCE * past.compared)
    few = f"about {by_chance}" if by_chance else "fewer than one"
    yield (
        f"Calls since {day(past.since)} beside earlier ones, each agent’s only with their own: {past.compared} things "
        f"that can be practised, of which chance alone would list {few}."
    )
    if not past.behind:
        yield "None of them is behind the agents’ own past by more than chance."


def own_past(facts: TeamFacts) -> Table:
    """What is behind the agents' own past."""
    heads = ("to practise", "unit", "before", "since", "difference within agents (95 % range)", "all counted")
    rows = tuple(
        (
            *(one.title, one.unit, estimated(one.before, one.digits), estimated(one.lately, one.digits)),
            *(words.difference(one.difference, one.digits), "stands" if one.stands else "may be chance"),
        )
        for one in facts.own_past.behind
    )
    return Table("What to practise next", heads, rows)


def customers(facts: TeamFacts) -> Table:
    """The customers' side; no rows where no customer was heard."""
    heads = (
        "the customers",
        "unit",
        "calls",
        "average (95 % range)",
        f"difference since {day(facts.own_past.since)}",
        "more than chance?",
    )
    rows = tuple(
        (
            *(measure.title, measure.unit, str(own.calls), estimated(own, measure.digits)),
            *(words.difference(changed, measure.digits), verdict(changed)),
        )
        for measure in CUSTOMER_MEASURES
        for own, changed in [(facts.customers[measure.name], facts.customers_changed[measure.name])]
        if own.calls
    )
    return Table("The customers’ side", heads, rows)

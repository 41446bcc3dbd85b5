"""How far two people agree, as lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from monitor.base.clock import clock
from monitor.base.counts import count
from monitor.call.scorecard.card import WORDS
from monitor.report.text import paragraph
from monitor.report.wording import number
from monitor.scorecards.agreement import FEWEST_CALLS, FEWEST_ITEMS, Agreement, Difference, Opinion

NOBODY = "No call has cards of two people with the same form. Let a second person score it with --reviewer NAME."


def lines(found: Sequence[Agreement]) -> Iterator[str]:
    """Yield the lines of all pairs of people."""
    if not found:
        yield NOBODY
    for at, one in enumerate(found):
        if at:
            yield ""
        yield from _pair(one)


def _pair(own: Agreement) -> Iterator[str]:
    yield f"{own.title}: {_name(own.people[0])} and {_name(own.people[1])}, {count(own.calls, 'call')}"
    if own.items:
        yield f"  same answer: {own.same} of {count(own.items, 'item')} ({100 * own.same / own.items:.0f} %)"
    if own.not_applicable:
        yield f"  n.a. for one of them alone: {count(own.not_applicable, 'item')}"
    yield from paragraph(f"  {_kappa(own)}", indent=2)
    for difference in own.differences:
        yield from _difference(difference)


def _kappa(own: Agreement) -> str:
    if own.items < FEWEST_ITEMS:
        return (
            f"Too few for a figure: kappa needs {FEWEST_ITEMS} items that both answered, and at least one of them "
            "without the machine."
        )
    if own.kappa is None:
        return "Kappa isn't defined: both give one and the same answer throughout."
    value = f"Cohen's kappa, linear weights: {number(own.kappa, 2)}"
    if own.low is None or own.high is None:
        return f"{value} (a range needs {FEWEST_CALLS} calls)"
    return f"{value} (95 % range {number(own.low, 2)} to {number(own.high, 2)})"


def _difference(own: Difference) -> Iterator[str]:
    when = "" if own.at_s is None else f" at {clock(own.at_s)}"
    yield f"  {own.call}{when}  {own.title} [{own.item}]"
    for opinion in (own.one, own.other):
        yield from paragraph(f"      {_opinion(opinion)}", indent=8)


def _opinion(own: Opinion) -> str:
    return f"{_name(own.by)}: {WORDS[own.answer]}" + (f" – {own.note}" if own.note else "")


def _name(by: str) -> str:
    return by or "a forgotten person"

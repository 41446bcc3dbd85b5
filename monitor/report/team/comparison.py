"""Estimates and differences in words: the same on the page and in the terminal, and the notes on how they are made."""

from collections.abc import Iterator, Mapping
from datetime import date

from monitor.base.chance import FEWEST_CALLS, MANY_AGENTS, Estimate, holm
from monitor.report.team.numbers import MEASURES
from monitor.report.team.team_facts import Standing, TeamFacts
from monitor.report.wording import number
from monitor.rule_tools.effect import RECORDINGS

TOO_LITTLE = "too little data"
WITHIN, BEYOND = "within chance", "more than chance"
BY_NAME = {measure.name: measure for measure in MEASURES}


def estimated(own: Estimate, digits: int) -> str:
    """An average with its 95 % range."""
    if own.value is None or own.low is None or own.high is None:
        return TOO_LITTLE if own.calls else "–"
    low, high = number(own.low, digits), number(own.high, digits)
    return f"{number(own.value, digits)} ({low}–{high})"


def difference(own: Estimate, digits: int) -> str:
    """A difference with its 95 % range."""
    if own.value is None or own.low is None or own.high is None:
        return TOO_LITTLE
    value, low, high = (_signed(one, digits) for one in (own.value, own.low, own.high))
    return f"{value} ({low} to {high})"


def verdict(own: Estimate) -> str:
    """Whether a difference is more than chance."""
    return TOO_LITTLE if own.value is None else BEYOND if own.beyond_chance else WITHIN


def spread_verdicts(apart: Mapping[str, float | None]) -> Iterator[str]:
    """The same of the differences between agents, for each measure, all of them counted together."""
    made = [name for name, p in apart.items() if p is not None]
    beyond = dict(zip(made, holm([apart[name] or 0.0 for name in made]), strict=True))
    for measure in MEASURES:
        found = beyond.get(measure.name)
        yield TOO_LITTLE if found is None else BEYOND if found else WITHIN


def standing(facts: TeamFacts) -> Iterator[str]:
    """The differences that stand when all of the page's comparisons are looked at together, or that none does."""
    change = facts.change
    if change and not all(change.calls):
        side, other = ("before", "from") if not change.calls[0] else ("from", "before")
        yield f"There are no calls {side} {day(change.at)} to compare with those {other} that day."
    elif change and not any(one.what == "change" for one in facts.standing):
        made = any(one.value is not None for one in change.differences.values())
        yield (
            f"No measure differs from {day(change.at)} on by more than chance."
            if made
            else f"There is too little speech before or from {day(change.at)} on to compare."
        )
    for one in facts.standing:
        yield _sentence(one, facts)


def notes(facts: TeamFacts) -> Iterator[str]:
    """How the ranges and differences are made."""
    yield (
        "Averages count each call by how long the agent spoke. The range in brackets is a 95 % interval from drawing "
        f"the calls 999 times with replacement (bootstrap, Efron and Tibshirani 1993; from {MANY_AGENTS} agents on, "
        "agents are drawn as clusters, Cameron, Gelbach and Miller 2008). Too little data: fewer calls than "
        f"{FEWEST_CALLS:.0f} of equal weight (Kish 1965) on either side."
    )
    yield (
        "A difference compares each agent only with that agent’s own calls. Within chance: the interval holds zero, or "
        "shuffling the days within each agent’s calls gives as much in 5 % of the cases or more (permutation test, "
        "Phipson and Smyth 2010; both by scipy.stats). “In short” names a difference only if it remains when all "
        "comparisons of this page are counted, and so does the row of differences between agents, over all measures "
        "(Holm 1979)."
    )
    if facts.prompts:
        yield RECORDINGS


def day(of: date) -> str:
    """A date in a sentence."""
    return f"{of.day} {of:%B %Y}"


def _sentence(one: Standing, facts: TeamFacts) -> str:
    own = one.estimate
    if one.what == "prompt":
        found = next(prompt.effect for prompt in facts.prompts if prompt.title == one.name)
        often = "more" if (own.value or 0) > 0 else "less"
        return (
            f"Agents who saw “{one.name}” did what it asks for {often} often than where nobody saw it: "
            f"{number(found.seen_pct, 0)} and {number(found.unseen_pct, 0)} %, "
            f"a difference of {_amount(own, 0, 'points')}."
        )
    measure = BY_NAME[one.name]
    title = measure.title[0].lower() + measure.title[1:]
    way = "up" if (own.value or 0) > 0 else "down"
    if one.what == "change" and facts.change:
        return f"Since {day(facts.change.at)}: {title} {way} by {_amount(own, measure.digits, measure.unit)}."
    return f"Week by week: {title} {way} by {_amount(own, measure.digits + 1, measure.unit)} a week."


def _amount(own: Estimate, digits: int, unit: str) -> str:
    low, high = sorted((abs(own.low or 0), abs(own.high or 0)))
    value = number(abs(own.value or 0), digits)
    return f"{value} {unit} (95 % range {number(low, digits)} to {number(high, digits)})"


def _signed(value: float, digits: int) -> str:
    text = f"{value:+.{digits}f}"
    return text.replace("-", "−") if float(text) else text.lstrip("+-")

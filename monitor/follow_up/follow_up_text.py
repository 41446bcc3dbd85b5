"""A follow-up in words: the same on the sheet, on the agent's own page and in the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from statistics import mean

from monitor.base.counts import count
from monitor.call.coaching.agreed import Action
from monitor.follow_up.change import FEWEST
from monitor.follow_up.measures import Watched
from monitor.follow_up.watch import FollowUp

NOT_THE_ONE_CALL = (
    "Compared with the eight weeks before, without the call after which it was agreed: one call far from the usual is "
    "followed by more ordinary ones in any case."
)
"""On regression to the mean."""
METHOD = (
    "Each call counts once. The 95 % interval is Welch’s (1947). More than chance: it leaves zero out, and shuffling "
    "the calls gives as much in less than 5 % of the cases (permutation test, Phipson and Smyth 2010). Other things "
    "that changed on the same day, such as a new product, are in the difference as well."
)


def agreed(action: Action) -> str:
    """What was agreed, with whom and for which days."""
    what = action.behaviour.rstrip(".") or "An action"
    coach = f" with {action.coach}" if action.coach else ""
    closed = f"; closed on {day(date.fromisoformat(action.closed[:10]))}" if action.closed else ""
    return f"{what}: agreed{coach}, from {day(action.since)} until {day(action.until)}{closed}."


def result(one: FollowUp) -> Iterator[str]:
    """What the measure was before and since, and whether chance alone gives as much."""
    before, since = one.change.before, one.change.since
    if before and since:
        yield (
            f"{one.measure.title.capitalize()}: {value(mean(before), one.measure)} before, "
            f"{value(mean(since), one.measure)} since ({count(len(before), 'call')} before, {len(since)} since)."
        )
    elif since:
        yield f"{one.measure.title.capitalize()}: {value(mean(since), one.measure)} in {count(len(since), 'call')}."
    else:
        yield f"No call since {day(one.agreed.action.since)} has this measure yet: {one.measure.title}."
    yield _verdict(one)


def _verdict(one: FollowUp) -> str:
    found, (before, since) = one.change.difference, one.change.missing
    if before:
        return (
            f"Of the calls before, {len(one.change.before)} can be compared; {FEWEST} are needed, so nothing can be "
            "said of a change."
        )
    if not one.over:
        more = f"{since} more {'call is' if since == 1 else 'calls are'} needed. " if since else ""
        return f"{more}Whether that is more than chance is judged once, after {day(one.until)}."
    if since:
        has = "was" if since == 1 else "were"
        return f"That is too few calls to say: {since} more {has} needed."
    if found.value is None or found.low is None or found.high is None:
        return "The calls of each side are all alike, so nothing says how much chance gives."
    middle, low, high = (signed(number, one.measure) for number in (found.value, found.low, found.high))
    unit = "points" if one.measure.unit == "%" else one.measure.unit
    verdict = "more than chance" if found.beyond_chance else "within chance"
    return f"Difference {middle} {unit} (95 % interval {low} to {high}): {verdict}."


def value(number: float, measure: Watched) -> str:
    """A value with its unit."""
    return f"{signed(number, measure) if measure.signed else f'{number:.{measure.digits}f}'} {measure.unit}"


def signed(number: float, measure: Watched) -> str:
    """A difference with its sign."""
    text = f"{number:+.{measure.digits}f}"
    return text.replace("-", "−") if float(text) else text.lstrip("+-")


def day(of: date) -> str:
    """A date in a sentence."""
    return f"{of.day} {of:%B %Y}"

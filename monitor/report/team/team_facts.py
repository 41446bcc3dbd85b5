"""Everything a report says about many calls: pure, and the one source of page and text."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import sqrt
from statistics import median, quantiles
from typing import Literal

from monitor.base.chance import Estimate
from monitor.report.team import estimates
from monitor.report.team.card_scores import FormScore, form_scores
from monitor.report.team.estimates import Estimates, OneCall
from monitor.report.team.numbers import CUSTOMER_MEASURES, MEASURES
from monitor.report.team.own_past import OwnPast, own_past
from monitor.report.team.prompt_quality import PromptQuality, qualities
from monitor.report.titles import BY_ID, Titles

FEWEST_AGENTS = 3
"""With fewer, pseudonyms protect nobody, so agents are only reported together."""
ISSUES = 12


@dataclass(frozen=True, slots=True)
class Spread:
    """How a measure is spread over calls; None where no call has it."""

    calls: int
    """How many have the measure."""
    lower: float | None
    """A quarter of the calls are below."""
    middle: float | None
    """Median."""
    upper: float | None
    """A quarter of the calls are above."""


@dataclass(frozen=True, slots=True)
class Week:
    """The calls of one week, from Monday."""

    monday: date
    calls: int
    averages: Estimates


@dataclass(frozen=True, slots=True)
class AgentRow:
    """The calls of one agent."""

    agent: str
    calls: int
    averages: Estimates


@dataclass(frozen=True, slots=True)
class Issue:
    """A flag that recurs."""

    title: str
    calls: int
    """How many have it."""
    times: int
    weeks: tuple[int, ...]
    """Calls with it, week by week."""


@dataclass(frozen=True, slots=True)
class Change:
    """Before and from a date on."""

    at: date
    calls: tuple[int, int]
    before: Estimates
    after: Estimates
    differences: Estimates
    """Within agents."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A difference that stands when all comparisons of the page are looked at together."""

    what: Literal["change", "trend", "prompt"]
    name: str
    """Of the measure, or title of the prompt."""
    estimate: Estimate


@dataclass(frozen=True, slots=True)
class TeamFacts:
    """Many calls."""

    who: str
    first: date
    last: date
    calls: tuple[OneCall, ...]
    """In the order of their days."""
    agents_count: int
    hours: float
    recordings: int
    """How many of the calls are recordings."""
    spreads: dict[str, Spread]
    """By the name of the measure, as the following."""
    averages: Estimates
    trends: Estimates
    """A week; none with too few weeks, or where two periods are compared."""
    weeks: tuple[Week, ...]
    agents: tuple[AgentRow, ...]
    """In alphabetical order; none if there are too few."""
    agents_apart: dict[str, float | None]
    """How often chance alone gives as much difference between agents; none if there are too few."""
    issues: tuple[Issue, ...]
    """The most frequent first."""
    prompts: tuple[PromptQuality, ...]
    """In alphabetical order."""
    steps: tuple[tuple[str, Estimate], ...]
    """Checklist, and the share of its steps that were done, in percent."""
    items: tuple[tuple[str, int, int], ...]
    """What the agents said, the calls with it, and how often."""
    change: Change | None
    standing: tuple[Standing, ...]
    own_past: OwnPast
    """What to practise next."""
    customers: Estimates
    """The customers' side, by the name of the measure."""
    customers_changed: Estimates
    """How much it differs since the day of `own_past`."""
    scored: tuple[FormScore, ...]
    """How people scored the calls."""


def of_calls(
    calls: Iterable[OneCall],
    who: str,
    *,
    change_at: date | None = None,
    titles: Titles = BY_ID,
) -> TeamFacts:
    """Summarise many calls.

    Args:
        calls: at least one.
        who: they are of, in words.
        change_at: the first day of something new; the calls from then on are compared with those before.
        titles: of rules and report items; without a title, the id stands in.
    """
    own = tuple(sorted(calls, key=lambda call: call.day))
    mondays = _mondays(own[0].day, own[-1].day)
    names = sorted({call.agent for call in own})
    several = len(names) >= FEWEST_AGENTS
    change, prompts = _change(own, change_at) if change_at else None, qualities(own, titles)
    trends = {} if change else estimates.trends(own)  # one question at a time: each further one hides what there is
    apart = estimates.agents_apart(own) if several else {}
    past = own_past(own, titles, change_at)
    return TeamFacts(
        who=who,
        first=own[0].day,
        last=own[-1].day,
        calls=own,
        agents_count=len(names),
        hours=round(sum(call.numbers.duration_s for call in own) / 3600, 1),
        recordings=sum(call.recording for call in own),
        spreads={measure.name: spread(call.numbers.values.get(measure.name) for call in own) for measure in MEASURES},
        averages=estimates.averages(own),
        trends=trends,
        weeks=tuple(_week(own, monday) for monday in mondays),
        agents=tuple(_agent(own, name) for name in names) if several else (),
        agents_apart=apart,
        issues=_issues(own, mondays, titles),
        prompts=prompts,
        steps=estimates.steps_done(own),
        items=_items(own, titles),
        change=change,
        standing=_standing(change, trends, prompts, apart),
        own_past=past,
        customers=estimates.averages(own, CUSTOMER_MEASURES),
        customers_changed=estimates.changes(own, past.since, CUSTOMER_MEASURES),
        scored=form_scores(own),
    )


def spread(values: Iterable[float | None]) -> Spread:
    """Quartiles of those that are known."""
    known = [value for value in values if value is not None]
    if not known:
        return Spread(0, None, None, None)
    lower, _, upper = quantiles(known, n=4, method="inclusive") if len(known) > 1 else known * 3
    return Spread(len(known), lower, median(known), upper)


def share_range_pct(count: int, of: int) -> tuple[float, float, float]:
    """A share with the range in which it lies with 95 % confidence, in percent, after Wilson (1927).

    Args:
        count: how many did.
        of: how many there are, at least 1.
    """
    z = 1.96
    share = count / of
    middle = (share + z * z / (2 * of)) / (1 + z * z / of)
    half = z / (1 + z * z / of) * sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    return 100 * max(0.0, middle - half), 100 * share, 100 * min(1.0, middle + half)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _mondays(first: date, last: date) -> list[date]:
    begin = _monday(first)
    return [begin + timedelta(weeks=week) for week in range((_monday(last) - begin).days // 7 + 1)]


def _week(calls: Sequence[OneCall], monday: date) -> Week:
    own = [call for call in calls if _monday(call.day) == monday]
    return Week(monday, len(own), estimates.averages(own))


def _agent(calls: Sequence[OneCall], name: str) -> AgentRow:
    own = [call for call in calls if call.agent == name]
    return AgentRow(name, len(own), estimates.averages(own))


def _issues(calls: Sequence[OneCall], mondays: Sequence[date], titles: Titles) -> tuple[Issue, ...]:
    """Rules with the same title are one issue: people saw the title."""
    flagged = [(call, [titles.rule(rule) for rule in call.numbers.flags]) for call in calls]
    times = Counter(title for _, own in flagged for title in own)
    weeks = {title: Counter(_monday(call.day) for call, own in flagged if title in own) for title in times}
    issues = [
        Issue(title, own.total(), times[title], tuple(own[monday] for monday in mondays))
        for title, own in weeks.items()
    ]
    return tuple(sorted(issues, key=lambda issue: (-issue.calls, issue.title))[:ISSUES])


def _standing(
    change: Change | None,
    trends: Estimates,
    prompts: Sequence[PromptQuality],
    apart: Mapping[str, float | None],
) -> tuple[Standing, ...]:
    compared = [Standing("change", name, one) for name, one in (change.differences if change else {}).items()]
    compared += [Standing("trend", name, one) for name, one in trends.items()]
    compared += [Standing("prompt", prompt.title, prompt.effect.difference) for prompt in prompts]
    stands = estimates.stand([one.estimate for one in compared], apart.values())
    return tuple(one for one, does in zip(compared, stands, strict=True) if does)


def _items(calls: Sequence[OneCall], titles: Titles) -> tuple[tuple[str, int, int], ...]:
    times: Counter[str] = Counter()
    with_it: Counter[str] = Counter()
    for call in calls:
        times.update(call.numbers.items)
        with_it.update(call.numbers.items.keys())
    return tuple((titles.item(item), with_it[item], times[item]) for item in sorted(times, key=titles.item))


def _change(calls: Sequence[OneCall], at: date) -> Change:
    before, after = ([call for call in calls if (call.day >= at) is later] for later in (False, True))
    sides = estimates.averages(before), estimates.averages(after)
    return Change(at, (len(before), len(after)), *sides, estimates.changes(calls, at))

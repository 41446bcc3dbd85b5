"""The tables and sentences of many calls, the same on the page and in the terminal."""

from collections.abc import Iterator
from datetime import date

from monitor.report.tables import Table
from monitor.report.team.numbers import ENOUGH_S, MEASURES, Measure
from monitor.report.team.team_facts import FEWEST_AGENTS, FEWEST_OUTCOMES, Change, PromptQuality, Spread, TeamFacts
from monitor.report.wording import NOTHING, change, number, over

WEEKS_SHOWN = 8


def in_short(facts: TeamFacts) -> Iterator[str]:
    """Three sentences made from the numbers; a fourth if two periods are compared."""
    agents = "1 agent" if facts.agents_count == 1 else f"{facts.agents_count} agents"
    yield (
        f"{_calls(len(facts.calls))} of {agents} from {_date(facts.first)} to {_date(facts.last)}, "
        f"{number(facts.hours, 1)} hours in all."
    )
    level, rate = facts.spreads["level_in_pct"], facts.spreads["rate_in_pct"]
    if level.middle is None or rate.middle is None:
        yield "In none of them did the agent speak enough to learn what is usual."
    else:
        yield (
            f"In the median call the volume stayed within the agent’s usual range for {level.middle:.0f} % of the "
            f"speech, and the rate for {rate.middle:.0f} %."
        )
    shown = sum(prompt.shown for prompt in facts.prompts)
    followed = sum(prompt.followed for prompt in facts.prompts)
    known = followed + sum(prompt.partly + prompt.unchanged for prompt in facts.prompts)
    flag = facts.issues[0] if facts.issues else None
    most = f"the most frequent flag was “{flag.title}”, in {_calls(flag.calls)}" if flag else "nothing was flagged"
    yield f"{shown} prompts were shown, and {followed} of the {known} whose outcome is known were followed; {most}."
    if facts.change:
        before, after = facts.change.spreads["level_in_pct"]
        yield (
            f"There are {_calls(facts.change.calls[0])} before {_date(facts.change.at)} and {facts.change.calls[1]} "
            f"from then on. The median share of speech within the usual volume range went from "
            f"{number(before.middle, 0, '%')} to {number(after.middle, 0, '%')}."
        )


def notes(facts: TeamFacts) -> Iterator[str]:
    """How to read these numbers."""
    yield (
        f"A call in which the agent spoke for less than {ENOUGH_S:.0f} s is counted but not measured. The middle "
        "half leaves out the lowest and the highest quarter of the calls."
    )
    if 1 < facts.agents_count < FEWEST_AGENTS:
        yield f"With fewer than {FEWEST_AGENTS} agents there is no row for each agent: pseudonyms would protect nobody."
    if facts.agents:
        yield "Agents are in alphabetical order of the names used here. Calls differ, so this is not a ranking."


def spreads(facts: TeamFacts) -> Table:
    """How each measure varies over the calls."""
    rows = tuple(
        (measure.title, measure.unit, str(own.calls), _middle(own, measure), _half(own, measure))
        for measure in MEASURES
        if (own := facts.spreads[measure.name])
    )
    return Table("The calls in numbers", ("measure", "unit", "calls", "median", "middle half"), rows)


def weeks(facts: TeamFacts) -> Table:
    """The median of each measure, week by week."""
    rows = tuple(
        (
            week.monday.isoformat(),
            str(week.calls),
            *(_middle(week.spreads[measure.name], measure) for measure in MEASURES),
        )
        for week in facts.weeks
    )
    return Table("Week by week, medians", ("week of", "calls", *_heads()), rows)


def agents(facts: TeamFacts) -> Table:
    """The medians of each agent's calls."""
    rows = tuple(
        (row.agent, str(row.calls), *(_middle(row.spreads[measure.name], measure) for measure in MEASURES))
        for row in facts.agents
    )
    return Table("Agents, medians of their calls", ("agent", "calls", *_heads()), rows)


def issues(facts: TeamFacts) -> Table:
    """Recurring flags, and whether they have become more frequent."""
    heads = ("flag", "calls", "share of the calls", "times", f"calls with it, last {WEEKS_SHOWN} weeks")
    rows = tuple(
        (
            issue.title,
            str(issue.calls),
            number(100 * issue.calls / len(facts.calls), 0, "%"),
            str(issue.times),
            " ".join(map(str, issue.weeks[-WEEKS_SHOWN:])),
        )
        for issue in facts.issues
    )
    return Table("Recurring issues", heads, rows)


def prompts(facts: TeamFacts) -> Table:
    """Which prompts were followed."""
    heads = ("prompt", "shown", "followed", "partly", "no change", "not wanted", "followed, with 95 % range")
    rows = tuple(
        (
            prompt.title,
            str(prompt.shown),
            str(prompt.followed),
            str(prompt.partly),
            str(prompt.unchanged),
            str(prompt.not_wanted),
            _followed(prompt),
        )
        for prompt in facts.prompts
    )
    return Table("Which prompts were followed", heads, rows)


def steps(facts: TeamFacts) -> Table:
    """How much of the checklists was done."""
    rows = tuple((title, str(calls), number(share, 0, "%")) for title, calls, share in facts.steps)
    return Table("Checklists", ("checklist", "calls", "steps done"), rows)


def items(facts: TeamFacts) -> Table:
    """What the agents said."""
    rows = tuple(
        (title, str(calls), number(100 * calls / len(facts.calls), 0, "%"), number(times / len(facts.calls), 1))
        for title, calls, times in facts.items
    )
    return Table("What agents said", ("item", "calls with it", "share of the calls", "times per call"), rows)


def comparison(facts: TeamFacts) -> Table:
    """Before a date and from it on; no rows without a comparison."""
    rows = tuple(_compared(facts.change, measure) for measure in MEASURES) if facts.change else ()
    heads = ("measure", "unit", "median before → after", "difference", "middle half before", "middle half after")
    return Table("Before and after", heads, rows)


def _compared(own: Change, measure: Measure) -> tuple[str, ...]:
    before, after = own.spreads[measure.name]
    difference = None if before.middle is None or after.middle is None else after.middle - before.middle
    return (
        measure.title,
        measure.unit,
        change(_middle(before, measure), _middle(after, measure)),
        over(difference, "", measure.digits).strip(),
        _half(before, measure),
        _half(after, measure),
    )


def _heads() -> list[str]:
    return [f"{measure.title}, {measure.unit}" for measure in MEASURES]


def _calls(count: int) -> str:
    return "1 call" if count == 1 else f"{count} calls"


def _date(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _middle(own: Spread, measure: Measure) -> str:
    return number(own.middle, measure.digits)


def _half(own: Spread, measure: Measure) -> str:
    if own.middle is None:
        return NOTHING
    return f"{number(own.lower, measure.digits)} to {number(own.upper, measure.digits)}"


def _followed(prompt: PromptQuality) -> str:
    if prompt.followed_pct is None:
        return f"fewer than {FEWEST_OUTCOMES} outcomes, too few to say"
    low, share, high = prompt.followed_pct
    return f"{share:.0f} % ({low:.0f} to {high:.0f} %)"

"""The tables and sentences of many calls, the same on the page and in the terminal."""

from collections.abc import Iterator

from monitor.base.chance import Estimate
from monitor.base.counts import count
from monitor.report.tables import Table
from monitor.report.team import comparison as words
from monitor.report.team.comparison import day, estimated, verdict
from monitor.report.team.estimates import Estimates
from monitor.report.team.numbers import ENOUGH_S, MEASURES, Measure
from monitor.report.team.team_facts import FEWEST_AGENTS, Spread, TeamFacts, share_range_pct
from monitor.report.wording import NOTHING, number
from monitor.rule_tools import effect

WEEKS_SHOWN = 8


def in_short(facts: TeamFacts) -> Iterator[str]:
    """Sentences made from the numbers; of differences, only those that are more than chance."""
    agents = "1 agent" if facts.agents_count == 1 else f"{facts.agents_count} agents"
    kinds = f", {_recordings(facts)}" if facts.recordings else ""
    yield (
        f"{_calls(len(facts.calls))} of {agents} from {day(facts.first)} to {day(facts.last)}, "
        f"{number(facts.hours, 1)} hours in all{kinds}."
    )
    level, rate = facts.averages["level_in_pct"], facts.averages["rate_in_pct"]
    if not level.calls or not rate.calls:
        yield "In none of them did the agent speak enough to learn what is usual."
    elif level.value is None or rate.value is None:
        yield "There are too few calls to say how much of the speech stayed within the agents’ usual ranges."
    else:
        yield (
            f"The volume stayed within the agents’ usual range for {level.value:.0f} % of their speech "
            f"({_range(level)}), and the rate for {rate.value:.0f} % ({_range(rate)})."
        )
    flag = facts.issues[0] if facts.issues else None
    most = f"the most frequent flag was “{flag.title}”, in {_calls(flag.calls)}" if flag else "nothing was flagged"
    yield f"{_prompted(facts)}; {most}."
    yield from words.standing(facts)


def _recordings(facts: TeamFacts) -> str:
    if facts.recordings == len(facts.calls):
        return "all recordings"
    return "1 of them a recording" if facts.recordings == 1 else f"{facts.recordings} of them recordings"


def _prompted(facts: TeamFacts) -> str:
    """What became of the prompts; those that nobody saw were not shown."""
    shown, unseen, unknown = (
        sum(getattr(prompt, name) for prompt in facts.prompts) for name in ("shown", "unseen", "unknown")
    )
    followed = sum(prompt.followed for prompt in facts.prompts)
    known = sum(prompt.effect.seen for prompt in facts.prompts)
    parts = []
    if shown:
        were = "1 prompt was shown" if shown == 1 else f"{shown} prompts were shown"
        parts.append(f"{were}, and {followed} of the {known} whose outcome is known were followed")
    if unseen:
        parts.append(f"{unseen} more would have come up" if shown else f"{count(unseen, 'prompt')} would have come up")
    if unknown:
        parts.append(f"whether {count(unknown, 'prompt')} of earlier versions were seen is not known")
    nothing = "No prompt would have come up" if facts.recordings == len(facts.calls) else "No prompt was shown"
    return ", and ".join(parts) or nothing


def notes(facts: TeamFacts) -> Iterator[str]:
    """How to read these numbers."""
    yield (
        f"A call in which the agent spoke for less than {ENOUGH_S:.0f} s is counted but not measured. The middle "
        "half leaves out the lowest and the highest quarter of the calls."
    )
    yield from words.notes(facts)
    if 1 < facts.agents_count < FEWEST_AGENTS:
        yield f"With fewer than {FEWEST_AGENTS} agents there is no row for each agent: pseudonyms would protect nobody."
    if facts.agents:
        yield "Agents are in alphabetical order of the names used here. Calls differ, so this is not a ranking."


def spreads(facts: TeamFacts) -> Table:
    """How each measure varies over the calls."""
    rows = tuple(
        (
            *(measure.title, measure.unit, str(own.calls), estimated(facts.averages[measure.name], measure.digits)),
            *(_middle(own, measure), _half(own, measure)),
        )
        for measure in MEASURES
        if (own := facts.spreads[measure.name])
    )
    heads = ("measure", "unit", "calls", "average (95 % range)", "median call", "middle half")
    return Table("The calls in numbers", heads, rows)


def weeks(facts: TeamFacts) -> Table:
    """The average of each measure, week by week."""
    rows = tuple((week.monday.isoformat(), *_estimates(week.calls, week.averages)) for week in facts.weeks)
    return Table("Week by week, averages with 95 % range", ("week of", "calls", "measured", *_heads()), rows)


def trends(facts: TeamFacts) -> Table:
    """How much each measure changes a week; no rows if there are too few weeks."""
    rows = tuple(
        (
            *(measure.title, measure.unit, str(own.calls)),
            *(words.difference(own, measure.digits + 1), verdict(own)),
        )
        for measure in MEASURES
        if (own := facts.trends.get(measure.name))
    )
    heads = ("measure", "unit", "calls", "change a week (95 % range)", "verdict")
    return Table("Change over the weeks", heads, rows)


def agents(facts: TeamFacts) -> Table:
    """The averages of each agent's calls, and whether they differ by more than chance."""
    rows = [(row.agent, *_estimates(row.calls, row.averages)) for row in facts.agents]
    if rows:
        rows.append(("Differences between agents", "", "", *words.spread_verdicts(facts.agents_apart)))
    heads = ("agent", "calls", "measured", *_heads())
    return Table("Agents, averages of their calls with 95 % range", heads, tuple(rows))


def issues(facts: TeamFacts) -> Table:
    """Recurring flags, and in how many calls of each week."""
    heads = ("flag", "calls", "share (95 % range)", "times", f"calls with it of all, last {WEEKS_SHOWN} weeks")
    rows = tuple(
        (
            *(issue.title, str(issue.calls), _share(issue.calls, len(facts.calls)), str(issue.times)),
            " ".join(
                f"{own}/{week.calls}" for own, week in list(zip(issue.weeks, facts.weeks, strict=True))[-WEEKS_SHOWN:]
            ),
        )
        for issue in facts.issues
    )
    return Table("Recurring issues", heads, rows)


def prompts(facts: TeamFacts) -> Table:
    """What became of the prompts, and whether they add anything to what agents do without."""
    heads = (
        *("prompt", "shown", "followed", "partly", "no change", "not wanted", "nobody saw it"),
        *("followed when seen", "done without", "difference (95 % range)"),
    )
    rows = tuple(
        (
            prompt.title,
            *map(str, (prompt.shown, prompt.followed, prompt.partly, prompt.unchanged)),
            *(str(prompt.not_wanted), str(prompt.unseen)),
            *(_of(prompt.effect.seen_pct, prompt.effect.seen), _of(prompt.effect.unseen_pct, prompt.effect.unseen)),
            effect.text(prompt.effect.difference),
        )
        for prompt in facts.prompts
    )
    return Table("Which prompts make a difference", heads, rows)


def steps(facts: TeamFacts) -> Table:
    """How much of the checklists was done."""
    rows = tuple((title, str(own.calls), estimated(own, 0)) for title, own in facts.steps)
    return Table("Checklists", ("checklist", "calls", "steps done, % (95 % range)"), rows)


def items(facts: TeamFacts) -> Table:
    """What the agents said, in the calls that were transcribed."""
    transcribed = sum(call.numbers.transcribed for call in facts.calls)
    rows = tuple(
        (title, str(calls), _share(calls, transcribed), number(times / transcribed, 1))
        for title, calls, times in facts.items
        if transcribed
    )
    return Table("What agents said", ("item", "calls with it", "share (95 % range)", "times per call"), rows)


def comparison(facts: TeamFacts) -> Table:
    """Before a date and from it on; no rows without a comparison."""
    change = facts.change
    rows = tuple(
        (
            *(measure.title, measure.unit),
            *(_side(side[measure.name], measure) for side in (change.before, change.after)),
            *(words.difference(own, measure.digits), verdict(own)),
        )
        for measure in (MEASURES if change else ())
        if change and (own := change.differences[measure.name])
    )
    heads = ("measure", "unit", "before", "after", "difference within agents (95 % range)", "verdict")
    return Table("Before and after", heads, rows)


def _side(own: Estimate, measure: Measure) -> str:
    return f"{estimated(own, measure.digits)}, {_calls(own.calls)}" if own.calls else "no calls"


def _estimates(calls: int, averages: Estimates) -> tuple[str, ...]:
    """The cells of a week or an agent; a measure that fewer calls have says so."""
    measured = max(own.calls for own in averages.values())
    cells = (
        estimated(own, measure.digits)
        + (f", {_calls(own.calls)}" if own.value is not None and own.calls < measured else "")
        for measure in MEASURES
        if (own := averages[measure.name])
    )
    return str(calls), str(measured), *cells


def _heads() -> list[str]:
    return [f"{measure.title}, {measure.unit}" for measure in MEASURES]


def _calls(count: int) -> str:
    return "1 call" if count == 1 else f"{count} calls"


def _middle(own: Spread, measure: Measure) -> str:
    return number(own.middle, measure.digits)


def _half(own: Spread, measure: Measure) -> str:
    if own.middle is None:
        return NOTHING
    return f"{number(own.lower, measure.digits)} to {number(own.upper, measure.digits)}"


def _range(own: Estimate) -> str:
    return f"{number(own.low, 0)} to {number(own.high, 0)} %"


def _share(calls: int, of: int) -> str:
    low, share, high = share_range_pct(calls, of)
    return f"{share:.0f} % ({low:.0f}–{high:.0f})"


def _of(share_pct: float | None, of: int) -> str:
    return NOTHING if share_pct is None else f"{share_pct:.0f} % of {of}"

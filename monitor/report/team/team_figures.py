"""The pictures of many calls: small multiples, one for each measure."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date

from monitor.base.counts import count
from monitor.report.panel import AXIS, Ends, Panel, ticks
from monitor.report.svg import AGENT, BAND, BOLD, INK, PROMPT, SMALL, Alt, Pen, circles, draw, text
from monitor.report.team.numbers import MEASURES, Measure
from monitor.report.team.team_facts import TeamFacts
from monitor.report.wording import number

COLUMNS = 4
LEFT_PT, TOP_PT, WIDTH_PT, HEIGHT_PT, RIGHT_PT, BELOW_PT = 28.0, 38.0, 135.0, 92.0, 38.0, 68.0
"""Where the first panel is, how large each is, and how much room is right of it and below."""
SIZE = (691.0, 312.0)
BARS = 16
DATES = 3
"""Dates on each axis of weeks."""


def distributions(facts: TeamFacts) -> str:
    """Draw a histogram of each measure, as one `<svg>`."""
    alt = Alt(
        "How the calls vary",
        "A small histogram for each measure: how many calls have which value, with a line at the median call. "
        "The table below gives the same in numbers.",
    )
    drawn = (element for at, measure in enumerate(MEASURES) for element in _histogram(facts, at, measure))
    return draw("spread", alt, SIZE, drawn)


def trend(facts: TeamFacts) -> str:
    """Draw each measure week by week, as one `<svg>`."""
    alt = Alt(
        "Week by week",
        "A small line chart for each measure: its average week by week, with its 95 % range shaded"
        + (", with a line where the comparison begins" if facts.change else "")
        + ". The table below gives the same in numbers.",
    )
    drawn = (element for at, measure in enumerate(MEASURES) for element in _weeks(facts, at, measure))
    return draw("trend", alt, SIZE, drawn)


def _histogram(facts: TeamFacts, at: int, measure: Measure) -> Iterator[str]:
    known = [value for call in facts.calls if (value := call.numbers.values.get(measure.name)) is not None]
    middle = facts.spreads[measure.name].middle
    if middle is None:
        panel = _panel(at, (0, 1), (0, 1))
        yield from _head(panel, measure, measure.unit)
        yield panel.note("not measured")
        return
    low, high = scale(known, measure.digits)
    width = (high - low) / BARS
    heights = Counter(min(int((value - low) / width), BARS - 1) for value in known)
    panel = _panel(at, (low, high), (0, 1.05 * max(heights.values())))
    yield from _head(panel, measure, f"{measure.unit}, {count(len(known), 'call')}")
    for bar, height in sorted(heights.items()):
        yield panel.bars([(low + bar * width, low + (bar + 1) * width)], BAND, (0, height), 0.55)
    yield panel.uprights([middle], Pen(INK, 1.2))
    yield text((panel.x(middle), panel.top - 5), number(middle, measure.digits), anchor="middle", font=BOLD)
    yield from panel.left_axis(3, whole=True)
    yield from panel.lower_axis(*ticks(panel.across, 4))


def _weeks(facts: TeamFacts, at: int, measure: Measure) -> Iterator[str]:
    mondays = [week.monday for week in facts.weeks]
    weeks = [
        (week, own.low, own.value, own.high)
        for week, own in enumerate(week.averages[measure.name] for week in facts.weeks)
        if own.value is not None and own.low is not None and own.high is not None
    ]
    across = (-0.5, len(mondays) - 0.5)
    if weeks:
        numbers, lower, middle, upper = zip(*weeks, strict=True)
        panel = _panel(at, across, scale([*lower, *upper], measure.digits))
        yield panel.area(numbers, lower, upper, BAND, 0.2)
        for week, low, _, high in weeks:
            yield panel.uprights([week], Pen(BAND, 1.2, opacity=0.5), (low, high))
        yield panel.line(list(zip(numbers, middle, strict=True)), Pen(AGENT, 1.4))
        yield circles([(panel.x(week), panel.y(value)) for week, _, value, _ in weeks], 1.7, AGENT)
        yield from panel.left_axis(4)
    else:
        panel = _panel(at, across, (0, 1))
        yield panel.note("too little data")
        yield panel.uprights([across[0]], AXIS)
    yield from _head(panel, measure, measure.unit)
    if facts.change:
        yield panel.uprights([(facts.change.at - mondays[0]).days / 7], Pen(PROMPT, 1.2, "4.4 1.9"))
    yield from panel.lower_axis(*_dates(mondays))


def scale(values: Sequence[float], digits: int) -> Ends:
    """The ends of an axis: round the values, and never so near that a constant measure looks like a change."""
    low, high = min(values), max(values)
    least = 10.0 ** (1 - digits)
    room = max(0.05 * (high - low), (least - (high - low)) / 2)
    return (low - room, high + room) if low < 0 or low >= room else (0.0, max(high + room, least))


def _panel(at: int, across: Ends, up: Ends) -> Panel:
    row, column = divmod(at, COLUMNS)
    left, top = LEFT_PT + column * (WIDTH_PT + RIGHT_PT), TOP_PT + row * (HEIGHT_PT + BELOW_PT)
    return Panel(left, top, WIDTH_PT, HEIGHT_PT, across, up)


def _head(panel: Panel, measure: Measure, below: str) -> Iterator[str]:
    yield text((panel.left, panel.top - 29), measure.title, font=BOLD)
    yield text((panel.left, panel.top - 17), below, font=SMALL)


def _dates(mondays: Sequence[date]) -> tuple[list[int], list[str]]:
    last = len(mondays) - 1
    shown = sorted({round(tick * last / (DATES - 1)) for tick in range(DATES)})
    return shown, [f"{mondays[at].day} {mondays[at]:%b}" for at in shown]

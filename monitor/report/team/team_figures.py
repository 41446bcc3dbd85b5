"""The pictures of many calls: small multiples, one for each measure."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from monitor.base.counts import count
from monitor.report.svg import AGENT, BAND, FAINT, INK, PROMPT, Alt, draw
from monitor.report.team.numbers import MEASURES, Measure
from monitor.report.team.team_facts import TeamFacts
from monitor.report.wording import number

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLUMNS = 4
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

    def paint(figure: "Figure") -> None:
        for axes, measure in zip(_panels(figure), MEASURES, strict=True):
            known = [value for call in facts.calls if (value := call.numbers.values.get(measure.name)) is not None]
            _head(axes, measure, f"{measure.unit}, {count(len(known), 'call')}" if known else measure.unit)
            middle = facts.spreads[measure.name].middle
            if middle is None:
                axes.set_xticks([])
                axes.set_yticks([])
                axes.text(0.5, 0.5, "not measured", transform=axes.transAxes, ha="center", color=INK)
                continue
            ends = scale(known, measure.digits)
            axes.hist(known, bins=BARS, range=ends, color=BAND, alpha=0.55)
            axes.set_xlim(*ends)
            axes.locator_params(axis="y", nbins=3, integer=True)
            axes.axvline(middle, color=INK, linewidth=1.2)
            axes.annotate(
                f" {number(middle, measure.digits)}",
                (middle, 1),
                xycoords=("data", "axes fraction"),
                color=INK,
                weight="bold",
                va="bottom",
                ha="center",
            )
            axes.locator_params(axis="x", nbins=4)

    return draw("spread", alt, (9.6, 4.2), paint)


def trend(facts: TeamFacts) -> str:
    """Draw each measure week by week, as one `<svg>`."""
    alt = Alt(
        "Week by week",
        "A small line chart for each measure: its average week by week, with its 95 % range shaded"
        + (", with a line where the comparison begins" if facts.change else "")
        + ". The table below gives the same in numbers.",
    )
    mondays = [week.monday for week in facts.weeks]

    def paint(figure: "Figure") -> None:
        for axes, measure in zip(_panels(figure), MEASURES, strict=True):
            _head(axes, measure, measure.unit)
            weeks = [
                (at, own.low, own.value, own.high)
                for at, week in enumerate(facts.weeks)
                if (own := week.averages[measure.name]).value is not None
            ]
            if weeks:
                at, lower, middle, upper = zip(*weeks, strict=True)
                axes.fill_between(at, lower, upper, color=BAND, alpha=0.2, linewidth=0)
                axes.vlines(at, lower, upper, color=BAND, alpha=0.5, linewidth=1.2)
                axes.plot(at, middle, color=AGENT, linewidth=1.4, marker="o", markersize=2.5)
                axes.set_ylim(*scale([*lower, *upper], measure.digits))
                axes.locator_params(axis="y", nbins=4)
            else:
                axes.set_yticks([])
                axes.text(0.5, 0.5, "too little data", transform=axes.transAxes, ha="center", color=INK)
            if facts.change:
                axes.axvline((facts.change.at - mondays[0]).days / 7, color=PROMPT, linewidth=1.2, linestyle="dashed")
            axes.set_xlim(-0.5, len(mondays) - 0.5)
            _dates(axes, mondays)

    return draw("trend", alt, (9.6, 4.4), paint)


def scale(values: Sequence[float], digits: int) -> tuple[float, float]:
    """The ends of an axis: round the values, and never so near that a constant measure looks like a change."""
    low, high = min(values), max(values)
    least = 10.0 ** (1 - digits)
    room = max(0.05 * (high - low), (least - (high - low)) / 2)
    return (low - room, high + room) if low < 0 or low >= room else (0.0, max(high + room, least))


def _panels(figure: "Figure") -> "Sequence[Axes]":
    figure.subplots_adjust(left=0.04, right=0.985, top=0.88, bottom=0.06, hspace=0.75, wspace=0.28)
    return list(figure.subplots(-(-len(MEASURES) // COLUMNS), COLUMNS).flat)


def _head(axes: "Axes", measure: Measure, below: str) -> None:
    axes.text(0, 1.28, measure.title, transform=axes.transAxes, weight="bold", color=INK, va="bottom")
    axes.text(0, 1.13, below, transform=axes.transAxes, color=INK, va="bottom", size=8)
    axes.spines["bottom"].set_color(FAINT)


def _dates(axes: "Axes", mondays: Sequence[date]) -> None:
    last = len(mondays) - 1
    ticks = sorted({round(tick * last / (DATES - 1)) for tick in range(DATES)})
    axes.set_xticks(ticks, [f"{mondays[tick].day} {mondays[tick]:%b}" for tick in ticks])

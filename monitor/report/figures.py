"""The picture of one call: prompts, tone with the agent's usual ranges, and turns over one time axis."""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from audio.block import Speaker
from audio.values import Turn
from monitor.base.clock import clock
from monitor.pipeline.metrics import BY_NAME
from monitor.report.bands import LEVEL, PITCH, RATE
from monitor.report.curves import Curve, Curves
from monitor.report.facts import Facts
from monitor.report.prompts import PromptFact
from monitor.report.svg import AGENT, BAND, CUSTOMER, FAINT, INK, PAPER, PROMPT, URGENT, Alt, draw

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLOURS: dict[Speaker, str] = {"agent": AGENT, "customer": CUSTOMER}
LINES: dict[Speaker, str] = {"agent": "solid", "customer": (0, (4, 1.5))}  # type: ignore[dict-item]  # matplotlib's dashes
TICKS_S = (5, 10, 20, 30, 60, 120, 300, 600, 900, 1200, 1800, 3600)
LABELS = 10
"""Most times on the axis."""
NUMBERS_APART = 0.025
"""As a share of the call: closer numbers would overlap, so only the first is written."""
SHOWN_S = 10.0
"""After a prompt; marked in the picture."""


def timeline(facts: Facts, tone: Mapping[Speaker, Curves], turns: Sequence[Turn]) -> str:
    """Draw a call from its first second to its last, as one `<svg>`."""
    several = len(facts.info.speakers) > 1
    alt = Alt(
        "The call over time",
        f"Prompts, then volume, speaking rate and pitch of {'both speakers' if several else 'the agent'} with the "
        "agent's usual range shaded, then who spoke when. The table below gives the same in numbers.",
    )

    def paint(figure: "Figure") -> None:
        lanes, level, rate, pitch, talk = figure.subplots(
            5, 1, sharex=True, gridspec_kw={"height_ratios": [0.5, 2, 2, 2, 0.9], "hspace": 0.22}
        )
        figure.subplots_adjust(left=0.125, right=0.925, top=0.99, bottom=0.055)
        _curve(level, {speaker: curves.level_over_db for speaker, curves in tone.items()}, (-12, 12))
        known = "agent" in facts.bands and facts.bands["agent"].level_in_pct is not None
        if known:
            _band(level, *(BY_NAME[LEVEL].band or (0, 0)))
        _title(level, "Volume", "dB over usual")
        _curve(rate, {speaker: curves.rate_sps for speaker, curves in tone.items()}, (2, 7))
        usual = facts.figures["agent"].baseline.articulation_rate_sps if "agent" in facts.figures else None
        if usual is not None:
            low, high = BY_NAME[RATE].band or (0, 0)
            _band(rate, usual * (1 + low / 100), usual * (1 + high / 100))
        _title(rate, "Rate", "syllables/s")
        _curve(pitch, {speaker: curves.pitch_over_st for speaker, curves in tone.items()}, (-8, 8))
        if known:
            _band(pitch, *(BY_NAME[PITCH].band or (0, 0)))
        _title(pitch, "Pitch", "semitones\nover usual")
        _prompts(lanes, (level, rate, pitch, talk), facts)
        _turns(talk, turns, facts)
        _times(talk, facts.duration_s)

    return draw("call", alt, (9.6, 6.6), paint)


def _curve(axes: "Axes", curves: Mapping[Speaker, Curve], scale: tuple[float, float]) -> None:
    known = [value for curve in curves.values() for value in (*curve.low, *curve.high) if value is not None]
    axes.set_ylim(min([scale[0], *known]), max([scale[1], *known]))
    axes.locator_params(axis="y", nbins=5)
    ends: list[tuple[float, Speaker]] = []
    for speaker, curve in sorted(curves.items(), reverse=True):  # the agent's is drawn last, on top
        colour = COLOURS[speaker]
        low, middle, high = (
            [math.nan if value is None else value for value in values]
            for values in (curve.low, curve.middle, curve.high)
        )
        axes.fill_between(curve.at_s, low, high, color=colour, alpha=0.18, linewidth=0)
        axes.plot(curve.at_s, middle, color=colour, linewidth=1.1, linestyle=LINES[speaker])
        ends += [(value, speaker) for value in [v for v in curve.middle if v is not None][-1:]]
    _name_ends(axes, ends)


def _name_ends(axes: "Axes", ends: list[tuple[float, Speaker]]) -> None:
    bottom, top = axes.get_ylim()
    apart = (top - bottom) * 0.13
    above = math.inf
    for value, speaker in sorted(ends, reverse=True):
        above = min(value, above - apart)
        axes.annotate(
            f"  {speaker}",
            (1, above),
            xycoords=("axes fraction", "data"),
            color=COLOURS[speaker],
            va="center",
            annotation_clip=False,
        )


def _band(axes: "Axes", low: float, high: float) -> None:
    axes.axhspan(low, high, color=BAND, alpha=0.16, linewidth=0, zorder=0)


def _title(axes: "Axes", name: str, unit: str) -> None:
    axes.text(-0.145, 0.98, name, transform=axes.transAxes, weight="bold", color=INK, va="top")
    axes.text(-0.145, 0.80, unit, transform=axes.transAxes, color=INK, va="top", size=8)


def _prompts(lanes: "Axes", panels: Sequence["Axes"], facts: Facts) -> None:
    lanes.axis("off")
    lanes.set_ylim(0, 1)
    lanes.text(-0.145, 0.5, "Prompts", transform=lanes.transAxes, weight="bold", color=INK, va="center")
    numbered = list(apart(facts.prompts, NUMBERS_APART * facts.duration_s))
    for urgent, colour, shape in ((False, PROMPT, "circle"), (True, URGENT, "square")):
        own = [fact for fact in facts.prompts if (fact.prompt.severity == "urgent") is urgent]
        at_s = [fact.prompt.since_s for fact in own]
        stripes = [(start_s, min(SHOWN_S, facts.duration_s - start_s)) for start_s in at_s]
        for axes in panels:  # all at once: an artist for each would take seconds in a long call
            across = axes.get_xaxis_transform()
            axes.vlines(at_s, 0, 1, colors=colour, linewidth=0.9, transform=across)
            axes.broken_barh(stripes, (0, 1), color=colour, alpha=0.10, linewidth=0, transform=across)
        lanes.vlines(at_s, 0, 0.3, colors=colour, linewidth=0.9, clip_on=False)
        for fact in (fact for fact in own if fact in numbered):
            lanes.text(
                fact.prompt.since_s,
                0.6,
                str(fact.number),
                color=PAPER,
                weight="bold",
                ha="center",
                va="center",
                bbox={"boxstyle": f"{shape},pad=0.25", "facecolor": colour, "edgecolor": "none"},
            )


def apart(prompts: Sequence[PromptFact], apart_s: float) -> Iterator[PromptFact]:
    """The prompts whose numbers do not overlap."""
    last_s = -math.inf
    for fact in prompts:
        if fact.prompt.since_s - last_s >= apart_s:
            last_s = fact.prompt.since_s
            yield fact


def _turns(axes: "Axes", turns: Sequence[Turn], facts: Facts) -> None:
    rows: dict[Speaker, float] = {"agent": 1.0, "customer": 0.0}
    for speaker in facts.info.speakers:
        own = [(turn.start_s, turn.end_s - turn.start_s) for turn in turns if turn.speaker == speaker]
        axes.broken_barh(own, (rows[speaker] - 0.28, 0.56), color=COLOURS[speaker], linewidth=0)
    middles_s = [(overlap.start_s + overlap.end_s) / 2 for overlap in facts.exchange.interruptions]
    axes.plot(middles_s, [0.5] * len(middles_s), "x", color=URGENT, markersize=6, markeredgewidth=1.8)
    silent = facts.exchange.dead_air
    axes.hlines(
        [0.5] * len(silent),
        [silence.start_s for silence in silent],
        [silence.end_s for silence in silent],
        colors=FAINT,
        linewidth=2.2,
    )
    axes.set_ylim(-0.45, 1.45)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.text(-0.145, 0.98, "Turns", transform=axes.transAxes, weight="bold", color=INK, va="top")
    for speaker in facts.info.speakers:
        axes.annotate(
            f"  {speaker}",
            (1, rows[speaker]),
            xycoords=("axes fraction", "data"),
            color=COLOURS[speaker],
            va="center",
            annotation_clip=False,
        )


def _times(axes: "Axes", duration_s: float) -> None:
    step_s = next((step for step in TICKS_S if duration_s / step <= LABELS), TICKS_S[-1])
    ticks = [step_s * tick for tick in range(int(duration_s // step_s) + 1)]
    axes.set_xlim(0, duration_s or 1)
    axes.set_xticks(ticks, [clock(tick) for tick in ticks])

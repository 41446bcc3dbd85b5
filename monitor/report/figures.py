"""The picture of one call: prompts, tone with the agent's usual ranges, and turns over one time axis."""

import math
from collections.abc import Iterator, Mapping, Sequence

from audio.block import Speaker
from audio.values import Turn
from monitor.base.clock import clock
from monitor.pipeline.metrics import BY_NAME
from monitor.report.bands import LEVEL, PITCH, RATE
from monitor.report.curves import Curve, Curves
from monitor.report.facts import Facts
from monitor.report.panel import Ends, Panel
from monitor.report.prompts import PromptFact
from monitor.report.svg import (
    AGENT,
    BAND,
    BOLD,
    CUSTOMER,
    FAINT,
    PAPER,
    PROMPT,
    SMALL,
    URGENT,
    Alt,
    Pen,
    areas,
    circles,
    draw,
    lines,
    text,
)

SIZE = (691.0, 475.0)
TITLES_PT, LEFT_PT, WIDTH_PT = 6.0, 86.0, 553.0
"""Where the titles and the panels begin, and how wide the panels are."""
COLOURS: dict[Speaker, str] = {"agent": AGENT, "customer": CUSTOMER}
DASHES: dict[Speaker, str] = {"agent": "", "customer": "4.4 1.7"}
TICKS_S = (5, 10, 20, 30, 60, 120, 300, 600, 900, 1200, 1800, 3600)
LABELS = 10
"""Most times on the axis."""
NUMBERS_APART = 0.025
"""As a share of the call: closer numbers would overlap, so only the first is written."""
NAMES_APART_PT = 13.0
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
    return draw("call", alt, SIZE, _elements(facts, tone, turns))


def _elements(facts: Facts, tone: Mapping[Speaker, Curves], turns: Sequence[Turn]) -> Iterator[str]:
    end_s = facts.duration_s or 1
    step_s = next((step for step in TICKS_S if facts.duration_s / step <= LABELS), TICKS_S[-1])
    times_s = [step_s * tick for tick in range(int(facts.duration_s // step_s) + 1)]
    known = "agent" in facts.bands and facts.bands["agent"].level_in_pct is not None
    level_band, pitch_band = (BY_NAME[name].band if known else None for name in (LEVEL, PITCH))
    yield from _prompt_numbers(Panel(LEFT_PT, 5, WIDTH_PT, 25, (0, end_s)), facts)
    for top, title, unit, curves, scale, band in (
        (47, "Volume", "dB over usual", {own: tone[own].level_over_db for own in tone}, (-12, 12), level_band),
        (166, "Rate", "syllables/s", {own: tone[own].rate_sps for own in tone}, (2, 7), _usual_rate(facts)),
        (285, "Pitch", "semitones\nover usual", {own: tone[own].pitch_over_st for own in tone}, (-8, 8), pitch_band),
    ):
        panel = Panel(LEFT_PT, top, WIDTH_PT, 102, (0, end_s), _ends(curves, scale))
        yield from _title(panel, title, unit)
        if band:
            yield panel.band(*band, BAND, 0.16)
        yield from _curves(panel, curves)
        yield from _prompts(panel, facts)
        yield from panel.left_axis(5)
        yield from panel.lower_axis(times_s)
    talk = Panel(LEFT_PT, 403, WIDTH_PT, 46, (0, end_s), (-0.45, 1.45))
    yield from _title(talk, "Turns", "")
    yield from _turns(talk, turns, facts)
    yield from _prompts(talk, facts)
    yield from talk.lower_axis(times_s, [clock(at_s) for at_s in times_s])


def _usual_rate(facts: Facts) -> Ends | None:
    usual = facts.figures["agent"].baseline.articulation_rate_sps if "agent" in facts.figures else None
    low, high = BY_NAME[RATE].band or (0, 0)
    return None if usual is None else (usual * (1 + low / 100), usual * (1 + high / 100))


def _ends(curves: Mapping[Speaker, Curve], scale: Ends) -> Ends:
    known = [value for curve in curves.values() for value in (*curve.low, *curve.high) if value is not None]
    return min([scale[0], *known]), max([scale[1], *known])


def _curves(panel: Panel, curves: Mapping[Speaker, Curve]) -> Iterator[str]:
    ends: list[tuple[float, Speaker]] = []
    for speaker, curve in sorted(curves.items(), reverse=True):  # the agent's is drawn last, on top
        yield panel.area(curve.at_s, curve.low, curve.high, COLOURS[speaker], 0.18)
        points = list(zip(curve.at_s, curve.middle, strict=True))
        yield panel.line(points, Pen(COLOURS[speaker], 1.1, DASHES[speaker]))
        ends += [(value, speaker) for value in [v for v in curve.middle if v is not None][-1:]]
    below_pt = -math.inf
    for value, speaker in sorted(ends, reverse=True):
        below_pt = max(panel.y(value), below_pt + NAMES_APART_PT)
        yield _name(panel, below_pt, speaker)


def _name(panel: Panel, y: float, speaker: Speaker) -> str:
    return text((panel.right + 6, y), speaker, COLOURS[speaker])


def _title(panel: Panel, name: str, unit: str) -> Iterator[str]:
    yield text((TITLES_PT, panel.top + 5), name, font=BOLD)
    for row, words in enumerate(unit.splitlines()):
        yield text((TITLES_PT, panel.top + 23 + 10 * row), words, font=SMALL)


def _by_severity(facts: Facts) -> Iterator[tuple[str, list[PromptFact]]]:
    for urgent, colour in ((False, PROMPT), (True, URGENT)):
        yield colour, [fact for fact in facts.prompts if (fact.prompt.severity == "urgent") is urgent]


def _prompts(panel: Panel, facts: Facts) -> Iterator[str]:
    for colour, own in _by_severity(facts):
        at_s = [fact.prompt.since_s for fact in own]
        yield panel.bars([(start_s, start_s + SHOWN_S) for start_s in at_s], colour, opacity=0.1)
        yield panel.uprights(at_s, Pen(colour, 0.9))


def _prompt_numbers(lane: Panel, facts: Facts) -> Iterator[str]:
    yield text((TITLES_PT, lane.y(0.5)), "Prompts", font=BOLD)
    numbered = list(apart(facts.prompts, NUMBERS_APART * facts.duration_s))
    for colour, own in _by_severity(facts):
        yield lane.uprights([fact.prompt.since_s for fact in own], Pen(colour, 0.9), (0.0, 0.3))
        for fact in (fact for fact in own if fact in numbered):
            x, y, half = lane.x(fact.prompt.since_s), lane.y(0.6), 3.5 + 3.2 * len(str(fact.number))
            if colour == URGENT:
                yield areas([[(x - half, y - 7), (x + half, y - 7), (x + half, y + 7), (x - half, y + 7)]], colour)
            else:
                yield circles([(x, y)], half, colour)
            yield text((x, y), str(fact.number), PAPER, anchor="middle", font=BOLD)


def apart(prompts: Sequence[PromptFact], apart_s: float) -> Iterator[PromptFact]:
    """The prompts whose numbers do not overlap."""
    last_s = -math.inf
    for fact in prompts:
        if fact.prompt.since_s - last_s >= apart_s:
            last_s = fact.prompt.since_s
            yield fact


def _turns(panel: Panel, turns: Sequence[Turn], facts: Facts) -> Iterator[str]:
    rows: dict[Speaker, float] = {"agent": 1.0, "customer": 0.0}
    for speaker in facts.info.speakers:
        own = [(turn.start_s, turn.end_s) for turn in turns if turn.speaker == speaker]
        yield panel.bars(own, COLOURS[speaker], (rows[speaker] - 0.28, rows[speaker] + 0.28))
        yield _name(panel, panel.y(rows[speaker]), speaker)
    middle = panel.y(0.5)
    silent = facts.exchange.dead_air
    yield lines(
        [((panel.x(silence.start_s), middle), (panel.x(silence.end_s), middle)) for silence in silent], Pen(FAINT, 2.2)
    )
    crosses = [panel.x((overlap.start_s + overlap.end_s) / 2) for overlap in facts.exchange.interruptions]
    yield lines(
        [((x - 3, middle + 3 * slope), (x + 3, middle - 3 * slope)) for x in crosses for slope in (-1, 1)],
        Pen(URGENT, 1.8),
    )

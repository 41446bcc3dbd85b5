"""The timeline: the whole call or a part of it in lanes, with the cursor across all of them."""

from collections.abc import Callable, Mapping

from textual import events
from textual.geometry import Size

from audio.block import Speaker
from monitor.agent.level_trace import SILENT_DBFS
from monitor.agent.traces import BARS, glyph
from monitor.base.clock import clock
from monitor.base.lines import Ink, Line, Span
from monitor.call.marks import standing
from monitor.pipeline.metrics import BY_NAME, Metric
from monitor.replay.lanes import ToneColumn, Window, empty_lanes, gaps, overlap, tone, window
from monitor.replay.pane import ReplayLines, joined
from monitor.replay.view import ReplayView

LABEL = 16
"""Cells left of the lanes."""

ROOMY = 22
"""From this many rows on, a screen has room for lanes in which nothing is unusual."""

Cells = list[Span]

_RATE, _PITCH = BY_NAME["rate_over_baseline_pct"], BY_NAME["pitch_over_baseline_st"]
_OVERLAPS: dict[str, Span] = {
    "dead air": ("_", "usual"),
    "both": ("▪", "both"),
    "backchannel": ("'", "dim"),
    "interruption by the agent": ("◆", "prompt"),
    "interruption by the customer": ("◇", "customer"),
}
_FLAGS: dict[str, Span] = {"note": ("·", "note"), "prompt": ("◆", "prompt"), "urgent": ("!", "urgent")}
_PROMPTS: dict[str, Span] = {"note": ("·", "note"), "prompt": ("►", "prompt"), "urgent": ("!", "urgent")}
_MARKS: dict[str, Span] = {
    "note": ("n", "plain"),
    "tag": ("t", "plain"),
    "dismiss": ("×", "dim"),
    "confirm": ("✓", "strong"),
    "answer": ("a", "plain"),
    "dispute": ("o", "note"),
}
_GAPS: dict[str, Span] = {"words": ("w", "trouble"), "sound": ("×", "trouble")}


def level_span(column: ToneColumn, ink: Ink) -> Span:
    """Draw the loudest step: a bar on the fixed scale, · for silence, a blank where nothing is known."""
    if not column.heard:
        return " ", "usual"
    mark = glyph(SILENT_DBFS if column.level_dbfs is None else column.level_dbfs)
    return mark, ink if mark in BARS else "usual"


def usual_span(high: float | None, low: float | None, metric: Metric) -> Span:
    """Draw a measure over the usual: a line inside the range, a growing bar above it, ▁ below it."""
    if high is None or low is None:
        return " ", "usual"
    least, most = metric.band or metric.scale
    if high >= most:
        share = min((high - most) / (metric.scale[1] - most), 1.0)
        return BARS[3 + round(share * 4)], "prompt"
    return ("▁", "plain") if low <= least else ("─", "usual")


def timeline_lines(view: ReplayView, width: int, *, tight: bool = False) -> tuple[Line, ...]:
    """Draw the lanes that hold something, with the cursor across them.

    Args:
        view: of the call.
        width: in cells.
        tight: whether there is room only for what is unusual.
    """
    shown = window(view, max(width - LABEL, 1))
    cursor = shown.column(view.at_s)
    empty = empty_lanes(view, tight=tight)
    lines = []
    for name, label, ink, cells in _lanes(view, shown):
        if name in empty:
            continue
        if 0 <= cursor < len(cells):
            cells[cursor] = cells[cursor][0], "cursor"
        lines.append(joined([(f"{label:<{LABEL}}"[:width], ink), *cells]))
    return tuple(lines)


def _lanes(view: ReplayView, shown: Window) -> list[tuple[str, str, Ink, Cells]]:
    """The name, the label, its ink and the cells of each lane."""
    agent, customer = tone(view, "agent", shown), tone(view, "customer", shown)
    return [
        ("time", f" {_zoom(view)}", "dim", _axis(view, shown)),
        *_speaker_lanes("agent", "both" if view.log.mixed else "agent", "you", agent),
        *_speaker_lanes("customer", "customer", "customer", customer),
        ("overlap", " overlap", "plain", _cells(shown, overlap(view, shown), _OVERLAPS.__getitem__)),
        ("prompts", " would prompt" if view.log.kind == "recording" else " prompts", "plain", _prompts(view, shown)),
        ("flags", " flags", "plain", _flags(view, shown)),
        ("marks", " marks", "plain", _marks(view, shown)),
        ("missing", " missing", "plain", _cells(shown, gaps(view, shown), _GAPS.__getitem__)),
    ]


def _speaker_lanes(
    speaker: Speaker, label: str, ink: Ink, columns: tuple[ToneColumn, ...]
) -> list[tuple[str, str, Ink, Cells]]:
    rate = [usual_span(column.fastest_pct, column.slowest_pct, _RATE) for column in columns]
    pitch = [usual_span(column.highest_st, column.lowest_st, _PITCH) for column in columns]
    return [
        (f"{speaker} level", f" {label:<9}level", ink, [level_span(column, ink) for column in columns]),
        (f"{speaker} rate", f"{'':10}rate", ink, rate),
        (f"{speaker} pitch", f"{'':10}pitch", ink, pitch),
    ]


def _zoom(view: ReplayView) -> str:
    if view.zoom_s is None:
        return "whole call"
    return f"{view.zoom_s:.0f} s" if view.zoom_s <= 60 else f"{view.zoom_s / 60:.0f} min"  # noqa: PLR2004 - a minute


def _axis(view: ReplayView, shown: Window) -> Cells:
    cells: Cells = [(" ", "usual")] * shown.columns
    for column, second in shown.ticks(9):
        for at, letter in enumerate("╵" + clock(second), start=column):
            if at < shown.columns:
                cells[at] = letter, "usual"
    if view.in_s is not None or view.out_s is not None:
        in_s, out_s = view.stretch_s
        for column in shown.stretch(in_s, out_s):
            cells[column] = cells[column][0], "found"
    return cells


def _prompts(view: ReplayView, shown: Window) -> Cells:
    cells: Cells = [(" ", "usual")] * shown.columns
    for seen in view.shown:
        sign, ink = _PROMPTS[seen.prompt.severity]
        until_s = seen.prompt.until_s if seen.prompt.until_s is not None else view.log.duration_s
        for number, column in enumerate(shown.stretch(seen.from_s, until_s)):
            begins = number == 0 and shown.column(seen.from_s) == column
            cells[column] = sign if begins else "━", ink
    return cells


def _flags(view: ReplayView, shown: Window) -> Cells:
    cells: Cells = [(" ", "usual")] * shown.columns
    weight = {"·": 0, " ": -1, "◆": 1, "F": 2, "!": 3}
    for moment in view.moments:
        column = shown.column(moment.start_s)
        severity = moment.firing.severity if moment.firing else moment.shown.prompt.severity if moment.shown else ""
        span: Span = _FLAGS[severity] if severity else ("F", "strong")
        if 0 <= column < shown.columns and weight[span[0]] > weight[cells[column][0]]:
            cells[column] = span
    return cells


def _marks(view: ReplayView, shown: Window) -> Cells:
    cells: Cells = [(" ", "usual")] * shown.columns
    made = standing(view.log.marks)
    for kind, span in _MARKS.items():
        for mark in made:
            if mark.kind == kind:
                for column in shown.stretch(mark.at_s, mark.end_s or mark.at_s):
                    cells[column] = span
    return cells


def _cells(shown: Window, columns: Mapping[int, str], span: Callable[[str], Span]) -> Cells:
    return [span(columns[column]) if column in columns else (" ", "usual") for column in range(shown.columns)]


class Timeline(ReplayLines):
    """All lanes; a click goes to its time."""

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002 - Textual's
        """Take as many rows as there are lanes."""
        return self._rows(viewport.height) if self._view else 1

    def show(self, view: ReplayView) -> None:
        """Draw the view; lanes that came or went change the layout."""
        self._view = view
        if self.size.height != self._rows(self.screen.size.height):
            self.refresh(layout=True)
        super().show(view)

    def draw(self, view: ReplayView, width: int, height: int) -> tuple[Line, ...]:
        """Draw as many lanes as there are rows."""
        return timeline_lines(view, width, tight=self.screen.size.height < ROOMY)[:height]

    def _rows(self, screen_height: int) -> int:
        view = self._view
        return len(timeline_lines(view, LABEL + 1, tight=screen_height < ROOMY)) if view else 1

    def on_click(self, event: events.Click) -> None:
        """Go to the time that was clicked."""
        column = event.x - LABEL
        if self._view and column >= 0:
            self.post_message(self.Sought(window(self._view, max(self.size.width - LABEL, 1)).time_s(column)))

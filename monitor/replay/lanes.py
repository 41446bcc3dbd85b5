"""The lanes of the timeline as numbers and spans of time, before they are drawn."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from audio.block import Speaker
from audio.values import Backchannel, DeadAir, Interruption
from monitor.call.events import Gap
from monitor.pipeline.metrics import BY_NAME
from monitor.replay.curves import anywhere, edges, highest, lowest
from monitor.replay.view import ReplayView

TICKS_S = (5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200)


@dataclass(frozen=True, slots=True)
class Window:
    """The stretch of a call that the timeline shows."""

    left_s: float
    span_s: float
    columns: int

    def column(self, at_s: float) -> int:
        """The column of a time; times outside the window give columns outside it."""
        at = int((at_s - self.left_s) / self.span_s * self.columns + 1e-9) if at_s >= self.left_s else -1
        return min(at, self.columns - 1) if at_s <= self.left_s + self.span_s else at

    def time_s(self, column: int) -> float:
        """When a column begins."""
        return self.left_s + column * self.span_s / self.columns

    def stretch(self, start_s: float, end_s: float) -> range:
        """The columns that a stretch of time touches."""
        if end_s < self.left_s or start_s > self.left_s + self.span_s:
            return range(0)
        return range(max(self.column(start_s), 0), min(self.column(end_s), self.columns - 1) + 1)

    def ticks(self, apart: int) -> Iterator[tuple[int, int]]:
        """Round times, at least so many columns apart: column and second."""
        least_s = apart * self.span_s / self.columns
        step_s = next((tick_s for tick_s in TICKS_S if tick_s >= least_s), TICKS_S[-1])
        second = -(-int(self.left_s) // step_s) * step_s
        while (at := self.column(second)) < self.columns and second < self.left_s + self.span_s:
            if at >= 0:
                yield at, second
            second += step_s


def window(view: ReplayView, columns: int) -> Window:
    """The window that a view shows in so many columns."""
    return Window(view.left_s, view.span_s, columns)


@dataclass(frozen=True, slots=True)
class ToneColumn:
    """One speaker's tone in one column; None where there was nothing to measure."""

    heard: bool
    level_dbfs: float | None
    """The loudest step."""
    fastest_pct: float | None
    slowest_pct: float | None
    highest_st: float | None
    lowest_st: float | None


def tone(view: ReplayView, speaker: Speaker, shown: Window) -> tuple[ToneColumn, ...]:
    """One speaker's tone, column by column."""
    curves = view.log.curves[speaker]
    cuts = edges(shown.left_s, shown.span_s, shown.columns)
    reduced = (
        highest(curves.level_dbfs, cuts),
        highest(curves.rate_over_baseline_pct, cuts),
        lowest(curves.rate_over_baseline_pct, cuts),
        highest(curves.pitch_over_baseline_st, cuts),
        lowest(curves.pitch_over_baseline_st, cuts),
    )
    values = ([None if value != value else value for value in column.tolist()] for column in reduced)  # noqa: PLR0124 - NaN
    heard = anywhere(curves.heard, cuts).tolist()
    return tuple(ToneColumn(*column) for column in zip(heard, *values, strict=True))


def overlap(view: ReplayView, shown: Window) -> dict[int, str]:
    """What happened between the two speakers in each column; the most important if several."""
    cuts = edges(shown.left_s, shown.span_s, shown.columns)
    agent, customer = (view.log.curves[speaker].speaking for speaker in ("agent", "customer"))
    steps = min(len(agent), len(customer))
    both = anywhere(agent[:steps] & customer[:steps], cuts)
    cells = _filled(shown, ((event.start_s, event.end_s) for event in view.log.of(DeadAir)), "dead air")
    cells |= dict.fromkeys(both.nonzero()[0].tolist(), "both")
    cells |= _filled(shown, ((event.start_s, event.end_s) for event in view.log.of(Backchannel)), "backchannel")
    for event in view.log.of(Interruption):
        cells |= dict.fromkeys(shown.stretch(event.start_s, event.end_s), f"interruption by the {event.by}")
    return cells


def gaps(view: ReplayView, shown: Window) -> dict[int, str]:
    """Which columns have missing sound, and which only missing words."""
    missing = [gap for gap in view.log.of(Gap) if gap.end_s > gap.start_s]
    words = _filled(shown, ((gap.start_s, gap.end_s) for gap in missing if gap.what == "words"), "words")
    return words | _filled(shown, ((gap.start_s, gap.end_s) for gap in missing if gap.what == "sound"), "sound")


def empty_lanes(view: ReplayView, *, tight: bool) -> frozenset[str]:
    """The lanes that show nothing anywhere in the call, so that zooming folds and unfolds none.

    Args:
        view: of the call; while it is in progress, only lanes of marks and of absent speakers are empty.
        tight: whether rates and pitches that are as usual throughout count as nothing.
    """
    log = view.log
    holds: dict[str, bool] = {
        "overlap": log.in_progress or _overlaps(view),
        "prompts": log.in_progress or bool(view.shown),
        "flags": log.in_progress or bool(view.moments),
        "marks": any(mark.kind in {"note", "tag", "confirm", "dismiss", "answer", "dispute"} for mark in log.marks),
        "missing": any(gap.end_s > gap.start_s for gap in log.of(Gap)),
    }
    for speaker, curves in log.curves.items():
        speaks = speaker in log.speakers and (log.in_progress or bool(curves.speaking.any()))
        holds[f"{speaker} level"] = speaks
        for lane, metric, values in (
            ("rate", BY_NAME["rate_over_baseline_pct"], curves.rate_over_baseline_pct),
            ("pitch", BY_NAME["pitch_over_baseline_st"], curves.pitch_over_baseline_st),
        ):
            least, most = metric.band or metric.scale
            unusual = bool(((values >= most) | (values <= least)).any())
            holds[f"{speaker} {lane}"] = speaks and not log.mixed and (unusual or not tight)
    return frozenset(lane for lane, held in holds.items() if not held)


def _overlaps(view: ReplayView) -> bool:
    agent, customer = (view.log.curves[speaker].speaking for speaker in ("agent", "customer"))
    steps = min(len(agent), len(customer))
    events = (view.log.of(DeadAir), view.log.of(Backchannel), view.log.of(Interruption))
    return any(map(bool, events)) or bool((agent[:steps] & customer[:steps]).any())


def _filled(shown: Window, stretches: Iterable[tuple[float, float]], what: str) -> dict[int, str]:
    return {column: what for start_s, end_s in stretches for column in shown.stretch(start_s, end_s)}

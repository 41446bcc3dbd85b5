"""Moments worth hearing: flags, prompts, notes and interruptions."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from audio.block import Speaker
from monitor.call.transcript import shown
from monitor.report.exchange import Exchange
from monitor.report.prompts import Flag, PromptFact
from monitor.report.sheet.quotes import shortened
from monitor.report.stored_call import StoredCall

BEFORE_S = 6.0
AFTER_S = 9.0
AT_MOST = 6


@dataclass(frozen=True, slots=True)
class Line:
    """What somebody said during a moment."""

    at_s: float
    speaker: Speaker
    text: str


@dataclass(frozen=True, slots=True)
class ReportMoment:
    """A stretch to hear, and why."""

    start_s: float
    end_s: float
    why: tuple[str, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class _Reason:
    rank: int
    """Lower ranks get a place first."""
    start_s: float
    end_s: float
    why: str


def moments(
    kept: StoredCall, prompts: Iterable[PromptFact], flags: Iterable[Flag], turns: Exchange
) -> tuple[ReportMoment, ...]:
    """Choose at most six moments; moments that touch are joined.

    Args:
        kept: the call.
        prompts: its prompts.
        flags: its firings.
        turns: its interruptions.
    """
    reasons = sorted(_reasons(kept, prompts, flags, turns), key=lambda reason: (reason.rank, reason.start_s))
    stretches: list[tuple[float, float, list[_Reason]]] = []
    for reason in reasons:
        start_s, end_s = max(0.0, reason.start_s - BEFORE_S), min(kept.duration_s, reason.end_s + AFTER_S)
        touching = [stretch for stretch in stretches if stretch[0] <= end_s and start_s <= stretch[1]]
        if not touching and len(stretches) == AT_MOST:
            continue
        stretches = [stretch for stretch in stretches if stretch not in touching]
        merged = [reason for stretch in touching for reason in stretch[2]]
        starts_s, ends_s = [stretch[0] for stretch in touching], [stretch[1] for stretch in touching]
        stretches.append((min([start_s, *starts_s]), max([end_s, *ends_s]), [*merged, reason]))
    return tuple(_moment(kept, *stretch) for stretch in sorted(stretches, key=lambda stretch: stretch[0]))


def _reasons(
    kept: StoredCall, prompts: Iterable[PromptFact], flags: Iterable[Flag], turns: Exchange
) -> Iterator[_Reason]:
    for flag in flags:
        firing = flag.firing
        if not flag.prompted and (flag.verdict is None or flag.verdict.kind == "confirm"):
            yield _Reason(
                1 if firing.severity == "urgent" else 3, firing.start_s, firing.start_s, f"Flag: {flag.title}"
            )
    due = "Would have prompted" if kept.info.kind == "recording" else "Prompt"
    for fact in prompts:
        urgent = fact.prompt.severity == "urgent"
        yield _Reason(0 if urgent else 1, fact.prompt.since_s, fact.prompt.since_s, f"{due}: {fact.prompt.title}")
    for mark in kept.marks:
        if mark.kind in {"flag", "note", "tag"}:
            yield _Reason(2, mark.at_s, mark.end_s or mark.at_s, _noted(mark.kind, mark.text))
    for overlap in turns.interruptions:
        yield _Reason(4, overlap.start_s, overlap.end_s, f"The {overlap.by} interrupts")


def _noted(kind: str, text: str) -> str:
    what = {"flag": "Bookmarked during the call", "note": "Note", "tag": "Tag"}[kind]
    return f"{what}: {text}" if text else what


def _moment(kept: StoredCall, start_s: float, end_s: float, reasons: list[_Reason]) -> ReportMoment:
    in_order = sorted(reasons, key=lambda reason: reason.start_s)
    lines = tuple(
        Line(spoken.start_s, spoken.speaker, shortened(shown(spoken.words)))
        for spoken in kept.analysis.utterances
        if spoken.start_s < end_s and spoken.end_s > start_s
    )
    return ReportMoment(
        round(start_s, 1), round(end_s, 1), tuple(dict.fromkeys(reason.why for reason in in_order)), lines
    )

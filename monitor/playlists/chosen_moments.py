"""The moments of a call that a playlist takes: those of a rule, a mark or an item of a scorecard."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from monitor.call.marks import kind_text
from monitor.call.scorecard.card import WORDS, Answer
from monitor.call.transcript import shown
from monitor.export.source import Source
from monitor.report.moments import Line, ReportMoment
from monitor.report.titles import Titles

MARKS = ("bookmark", "note", "tag")
"""Kinds of marks that can be chosen; anything else is a tag."""
LONGEST_S = 60.0
"""Of a moment, whatever it is made of."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to take."""

    rules: tuple[str, ...] = ()
    """Ids: each time one of them fired, unless somebody dismissed that."""
    marks: tuple[str, ...] = ()
    """"bookmark", "note", "tag", or a tag."""
    items: tuple[tuple[str, Answer | None], ...] = ()
    """Items of scorecards that have a moment, with this answer or any."""
    before_s: float = 6.0
    after_s: float = 9.0
    per_call: int = 3
    """At most so many of a call, the first ones."""


@dataclass(frozen=True, slots=True)
class _Reason:
    start_s: float
    end_s: float
    why: str


def moments(call: Source, wanted: Wanted, titles: Titles) -> tuple[ReportMoment, ...]:
    """The wanted moments of a call in their order; those that touch are one, if that is not too long.

    Args:
        call: its words already masked.
        wanted: what to take.
        titles: of rules.
    """
    duration_s = call.analysis.call.duration_s
    found: list[tuple[float, float, list[str]]] = []
    for reason in sorted(_reasons(call, wanted, titles), key=lambda one: one.start_s):
        start_s = max(0.0, reason.start_s - wanted.before_s)
        end_s = min(duration_s, reason.end_s + wanted.after_s, start_s + LONGEST_S)
        if start_s >= end_s:
            continue
        if found and start_s <= found[-1][1] and end_s - found[-1][0] <= LONGEST_S:
            first_s, last_s, why = found[-1]
            found[-1] = (first_s, max(last_s, end_s), [*why, reason.why])
        else:
            found.append((start_s, end_s, [reason.why]))
    return tuple(_moment(call, *one) for one in found[: wanted.per_call])


def _reasons(call: Source, wanted: Wanted, titles: Titles) -> Iterator[_Reason]:
    for fired in call.analysis.firings:
        if fired.rule in wanted.rules and fired.verdict != "dismiss":
            yield _Reason(fired.start_s, fired.start_s, titles.rule(fired.rule))
    for mark in call.analysis.marks:
        kind = kind_text(mark.kind)
        if kind in wanted.marks or (mark.kind == "tag" and mark.text in wanted.marks):
            yield _Reason(
                mark.at_s, mark.end_s or mark.at_s, f"{kind.capitalize()}{': ' if mark.text else ''}{mark.text}"
            )
    for card in call.analysis.scorecards:
        for item in card.items:
            if item.at_s is not None and item.counted and _is_wanted(item.id, item.counted, wanted.items):
                note = f" – {item.note}" if item.note else ""
                yield _Reason(item.at_s, item.at_s, f"{item.title}: {WORDS[item.counted]}{note}")


def _is_wanted(item: str, answer: Answer, items: Iterable[tuple[str, Answer | None]]) -> bool:
    return any(item == name and only in {None, answer} for name, only in items)


def _moment(call: Source, start_s: float, end_s: float, why: list[str]) -> ReportMoment:
    lines = []
    for spoken in call.analysis.utterances:
        words = [word for word in spoken.words if word.start_s < end_s and word.end_s > start_s]
        if words:
            lines.append(Line(words[0].start_s, spoken.speaker, shown(words)))
    return ReportMoment(round(start_s, 1), round(end_s, 1), tuple(dict.fromkeys(why)), tuple(lines))

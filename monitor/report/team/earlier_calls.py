"""What is usual for an agent, from the numbers of earlier calls, and where a call is outside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path

from monitor.base.errors import CallFolderError
from monitor.base.fold import fold
from monitor.call.find import folders
from monitor.call.info import CallInfo, readable_info
from monitor.report.facts import Facts, of_call
from monitor.report.stored_call import StoredCall
from monitor.report.team import store
from monitor.report.team.numbers import MEASURES, CallNumbers, numbers
from monitor.report.titles import Titles
from monitor.report.usual import FEWEST, Range, Usual
from monitor.report.wording import number

MOST = 30
LOOKED_AT = 300
"""Folders that are looked at: a report is not to wait for all calls of a team."""


def compared(folder: Path, kept: StoredCall, titles: Titles) -> Facts:
    """The facts of a call beside what is usual for its agent.

    Args:
        folder: of the call.
        kept: what it holds.
        titles: of rules and report items.
    """
    usual = usual_of(earlier(folder, kept.info))
    facts = of_call(kept, titles, usual)
    if kept.info.mixed:
        return facts
    return replace(facts, earlier_calls=usual.calls, unusual=tuple(unusual(numbers(facts), usual, titles)))


def usual_of(earlier: Sequence[CallNumbers]) -> Usual:
    """The ranges of an agent's earlier calls."""
    if len(earlier) < FEWEST:
        return Usual(len(earlier))
    transcribed = [call for call in earlier if call.transcribed and call.duration_s]
    items = {item for call in transcribed for item in call.items} if len(transcribed) >= FEWEST else set()
    return Usual(
        len(earlier),
        {
            measure.name: _range(known)
            for measure in MEASURES
            if len(known := [value for call in earlier if (value := call.values.get(measure.name)) is not None])
            >= FEWEST
        },
        {item: _range([_in_10_min(call, item) for call in transcribed]) for item in items},
    )


def unusual(now: CallNumbers, usual: Usual, titles: Titles) -> Iterator[tuple[str, str, str]]:
    """What lies outside the range of earlier calls: its name, its value in this call, and that range."""
    for measure in MEASURES:
        value, known = now.values.get(measure.name), usual.measures.get(measure.name)
        if value is not None and known and not known.low <= value <= known.high:
            low, high = number(known.low, measure.digits), number(known.high, measure.digits, measure.unit)
            yield measure.title, number(value, measure.digits, measure.unit), f"{low} to {high}"
    if not now.transcribed or not now.duration_s or not usual.items:
        return
    for item in sorted({*usual.items, *now.items}, key=titles.item):
        value, known = _in_10_min(now, item), usual.items.get(item, Range(0, 0))
        if not known.low <= value <= known.high:
            unit = "in 10 min"
            yield titles.item(item), number(value, 1, unit), f"{number(known.low)} to {number(known.high, 1, unit)}"


def earlier(folder: Path, info: CallInfo) -> list[CallNumbers]:
    """The numbers of the agent's calls before this one, the latest first; none for a call without an agent's name."""
    found: list[CallNumbers] = []
    for other in islice(folders(folder.resolve().parent.parent), LOOKED_AT) if info.agent else ():
        about = readable_info(other)
        if about is None or about.mixed or about.takeovers or not _is_earlier(about, info):
            continue
        try:
            found += store.stored(other) or store.count(other)
        except CallFolderError:
            continue
        if len(found) >= MOST:
            break
    return found


def _is_earlier(about: CallInfo, info: CallInfo) -> bool:
    same = fold(about.agent) == fold(info.agent) and about.kind == info.kind
    return same and about.closed and about.started < info.started


def _in_10_min(call: CallNumbers, item: str) -> float:
    return round(600 * call.items.get(item, 0) / call.duration_s, 1)


def _range(values: Sequence[float]) -> Range:
    return Range(min(values), max(values))

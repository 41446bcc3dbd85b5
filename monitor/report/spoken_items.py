"""What was said: counts, pairs, checklists, promises."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from audio.block import Speaker
from monitor.report.stored_call import StoredCall
from monitor.report.titles import Titles
from rules.model import Checklist, ChecklistStep, Noticed
from rules.promises import ledger

PAIRS = (
    ("open-question", "closed-question"),
    ("ownership", "deflecting"),
    ("positive-wording", "negative-wording"),
    ("alternative", "refusal"),
    ("courtesy", "order"),
)
"""Items of the agent that are compared side by side."""


@dataclass(frozen=True, slots=True)
class Count:
    """How often an item was noticed, and when it was first."""

    item: str
    title: str
    speaker: Speaker
    times: int
    first_s: float


@dataclass(frozen=True, slots=True)
class Promised:
    """A line of the ledger."""

    at_s: float
    kind: str
    """A promise or a follow-up, as a title."""
    text: str
    due: str
    """In the speaker's words; empty where no time was named."""
    day: date | None
    """By the calendar; None where the words can mean several."""
    hour: time | None


def said(kept: StoredCall) -> list[Noticed]:
    """What was noticed; "just a second" that begins while cutting in announces no wait."""
    cut_ins = [(cut.start_s, cut.end_s) for cut in kept.analysis.interruptions if cut.by == "agent"]
    return [
        one
        for one in kept.analysis.noticed
        if one.item != "hold" or not any(start_s - 1 <= one.start_s <= end_s for start_s, end_s in cut_ins)
    ]


def counts(noticed: Sequence[Noticed], titles: Titles) -> tuple[Count, ...]:
    """Count the items, each speaker's own, in alphabetical order."""
    times = Counter((entry.item, entry.speaker) for entry in noticed)
    first_s = {(entry.item, entry.speaker): entry.start_s for entry in sorted(noticed, key=_start, reverse=True)}
    own = (Count(item, titles.item(item), who, number, first_s[item, who]) for (item, who), number in times.items())
    return tuple(sorted(own, key=lambda count: (count.title, count.speaker)))


def pairs(counts: Sequence[Count], titles: Titles) -> tuple[tuple[str, str], ...]:
    """Two items side by side, and how often each was heard; pairs that were not heard are left out."""
    times = {count.item: count.times for count in counts if count.speaker == "agent"}
    return tuple(
        (f"{titles.item(one)} to {titles.item(other).lower()}", f"{times.get(one, 0)} : {times.get(other, 0)}")
        for one, other in PAIRS
        if one in times or other in times
    )


def checklists(kept: StoredCall) -> tuple[Checklist, ...]:
    """The checklists as they stood at the end, each once; none of a call without words, in which no step is heard."""
    if kept.info.model == "none":
        return ()
    return tuple({checklist.id: checklist for checklist in kept.of(Checklist)}.values())


def done(checklist: Checklist) -> tuple[ChecklistStep, ...]:
    """The steps that were ticked."""
    return tuple(step for step in checklist.steps if step.at_s is not None)


def promised(noticed: Sequence[Noticed], began: datetime, titles: Titles) -> tuple[Promised, ...]:
    """Promises and follow-ups, in the order they were made.

    Args:
        noticed: in the call.
        began: when the call began, which is what "tomorrow" counts from.
        titles: of the items.
    """
    return tuple(
        Promised(
            at_s=entry.said_s,
            kind=titles.item(entry.item),
            text=entry.text,
            due=entry.due_text,
            day=entry.due.day if entry.due else None,
            hour=entry.due.at if entry.due else None,
        )
        for entry in ledger(noticed, began)
    )


def _start(entry: Noticed) -> float:
    return entry.start_s

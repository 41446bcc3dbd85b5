"""What was said and done in words: counts, pairs, checklists, promises."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from audio.block import Speaker
from monitor.report.kept import Kept
from monitor.report.prompts import plain
from rules.model import Checklist, Noticed, Step

PROMISES = frozenset({"promise", "follow-up"})


@dataclass(frozen=True, slots=True)
class Count:
    """How often an item was noticed, and when first."""

    item: str
    title: str
    speaker: Speaker
    times: int
    first_s: float


@dataclass(frozen=True, slots=True)
class Promised:
    """A line of the ledger."""

    at_s: float
    speaker: Speaker
    kind: str
    """A promise or a follow-up, as a title."""
    text: str
    due: str
    """In the speaker's words; empty where no time was named."""


def counts(noticed: Sequence[Noticed]) -> tuple[Count, ...]:
    """Count the items, each speaker's own, in alphabetical order."""
    times = Counter((entry.item, entry.speaker) for entry in noticed)
    first_s = {(entry.item, entry.speaker): entry.start_s for entry in sorted(noticed, key=_start, reverse=True)}
    return tuple(
        Count(item, plain(item), who, number, first_s[item, who]) for (item, who), number in sorted(times.items())
    )


def checklists(kept: Kept) -> tuple[Checklist, ...]:
    """The checklists as they stood at the end, each once."""
    return tuple({checklist.id: checklist for checklist in kept.of(Checklist)}.values())


def done(checklist: Checklist) -> tuple[Step, ...]:
    """The steps that were ticked."""
    return tuple(step for step in checklist.steps if step.at_s is not None)


def ledger(noticed: Sequence[Noticed]) -> tuple[Promised, ...]:
    """What was promised and what is to follow, in the order it was said."""
    return tuple(
        Promised(entry.start_s, entry.speaker, plain(entry.item), entry.text, entry.due)
        for entry in sorted(noticed, key=_start)
        if entry.item in PROMISES or entry.due
    )


def _start(entry: Noticed) -> float:
    return entry.start_s

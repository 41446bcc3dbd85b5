"""What was promised in a call, and for when: from the noticed report items."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from rules.language.due_dates import Due
from rules.language.language import resolve
from rules.model import Noticed

PROMISES = ("promise", "guarantee")
FOLLOW_UPS = ("follow-up",)


@dataclass(frozen=True, slots=True)
class Entry:
    """One promise or follow-up."""

    item: str
    """Id of the report item."""
    said_s: float
    """Media time."""
    text: str
    due_text: str
    """When, in the speaker's words; empty if they did not say."""
    due: Due | None
    """The date; None if they did not say, or it can mean several days."""


def ledger(noticed: Iterable[Noticed], began: datetime) -> list[Entry]:
    """List what was promised, in the order in which it was said.

    What was said twice in the same words is listed once, and a promise to be in touch only as a follow-up.

    Args:
        noticed: what was noticed in a call.
        began: when the call began, by the calendar of the place where days count.
    """
    said = sorted((each for each in noticed if each.item in PROMISES + FOLLOW_UPS), key=lambda each: each.start_s)
    follow_ups = [each for each in said if each.item in FOLLOW_UPS]
    entries: dict[tuple[str, str], Entry] = {}
    for each in said:
        if each.item in PROMISES and any(
            each.start_s < other.end_s and other.start_s < each.end_s for other in follow_ups
        ):
            continue
        due = resolve(each.due, began + timedelta(seconds=each.start_s)) if each.due else None
        entries.setdefault((each.item, each.text.lower()), Entry(each.item, each.start_s, each.text, each.due, due))
    return list(entries.values())

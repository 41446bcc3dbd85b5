"""What was promised in a call, and for when: read off what was noticed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from rules.due import Due, resolve
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
    """When by the calendar; None if they did not say, or it can mean several days."""


def ledger(noticed: Iterable[Noticed], began: datetime, items: Iterable[str] = PROMISES + FOLLOW_UPS) -> list[Entry]:
    """List what was promised, in the order in which it was said; the same promise in the same words stands once.

    Args:
        noticed: what was noticed in a call.
        began: when the call began, by the calendar of the place where days count.
        items: ids of the report items to list.
    """
    wanted = frozenset(items)
    entries: dict[tuple[str, str], Entry] = {}
    for said in sorted(noticed, key=lambda each: each.start_s):
        if said.item in wanted:
            due = resolve(said.due, began + timedelta(seconds=said.start_s)) if said.due else None
            entries.setdefault((said.item, said.text.lower()), Entry(said.item, said.start_s, said.text, said.due, due))
    return list(entries.values())

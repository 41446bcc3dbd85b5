"""Asks the catalogue for what the supervisor's screen shows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from monitor.catalogue import query
from monitor.catalogue.catalogue import Catalogue
from monitor.supervisor import plain_list
from monitor.supervisor.call_list import CallListView


@dataclass(frozen=True, slots=True)
class Place:
    """Which part of the list is wanted."""

    cursor: int
    """Position in the whole list."""
    folder: str
    """Of the call to stay on; empty to stay at the position."""
    room: int
    """How many calls fit on the screen."""


def page(catalogue: Catalogue, view: CallListView, place: Place) -> CallListView:
    """The view with the calls around a place, or around where a call is now.

    Args:
        catalogue: that lists them.
        view: with the filter, the order and the calls before.
        place: to show.

    Raises:
        CatalogueError: it can't be read.
    """
    found = query.count(catalogue, view.wanted)
    room = place.room
    cursor = max(0, min(place.cursor, found.calls - 1))
    first = min(max(view.first, cursor - room + 1), cursor, max(found.calls - room, 0))
    calls = query.calls(catalogue, view.wanted, view.order, limit=room, first=first)
    here = next((at for at, call in enumerate(calls, first) if call.folder == place.folder), cursor)
    states = tuple(plain_list.state(catalogue.root, call) for call in calls)
    after = replace(
        view,
        today=datetime.now().astimezone().date(),
        found=found,
        unsearched=query.unsearched(catalogue, view.wanted),
        first=first,
        calls=calls,
        states=states,
        cursor=here,
        details=None,
        hits=(),
    )
    chosen, before = after.chosen, view.chosen
    if chosen is None:
        return after
    same = before is not None and (before.folder, before.seen) == (chosen.folder, chosen.seen)
    unchanged = same and view.details is not None and view.wanted == view.searched
    hits = view.hits if unchanged else plain_list.hits(catalogue.root, chosen, view.wanted.words)
    return replace(after, details=query.details(catalogue, chosen.folder), hits=hits, searched=view.wanted)

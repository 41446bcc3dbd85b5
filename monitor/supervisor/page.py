"""Asks the catalogue for what the supervisor's screen shows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from monitor.call.info import readable_info
from monitor.call.telephone.agent_parts import is_in, parts_of
from monitor.catalogue import query
from monitor.catalogue.catalogue import Catalogue
from monitor.catalogue.query import Details
from monitor.catalogue.rows import CallRow
from monitor.supervisor import plain_list
from monitor.supervisor.call_list import CallListView

ABOUT_THE_CALL = ("tag", "reviewed")
"""Marks of the whole call."""


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
    hits = view.hits if unchanged else plain_list.hits(catalogue.root, chosen, view.wanted.words, view.wanted.mine)
    details = _details(catalogue, chosen, view.wanted.mine)
    accesses = plain_list.accesses(catalogue.root, chosen) if view.wanted.mine else ()
    return replace(after, details=details, hits=hits, searched=view.wanted, accesses=accesses)


def _details(catalogue: Catalogue, call: CallRow, mine: str) -> Details:
    """What is listed about a call; to an agent who wants her own, what was in her part of it."""
    found = query.details(catalogue, call.folder, call.site)
    if not mine or (info := readable_info(catalogue.root / call.folder)) is None or not info.takeovers:
        return found
    hers = parts_of(info, mine)
    return Details(
        tuple(flag for flag in found.flags if is_in(flag.at_s, hers)),
        tuple(prompt for prompt in found.prompts if is_in(prompt.since_s, hers)),
        tuple(mark for mark in found.marks if mark.kind in ABOUT_THE_CALL or is_in(mark.at_s, hers)),
    )

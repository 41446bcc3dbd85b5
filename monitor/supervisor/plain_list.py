"""Saved calls as lines and as JSON: what `tone-monitor calls` prints."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import date
from pathlib import Path

import msgspec

from monitor.access import entries
from monitor.access.access_lines import sentences
from monitor.access.follows import follows
from monitor.base.clock import clock
from monitor.base.errors import CallFolderError
from monitor.call.info import read_info
from monitor.call.state import CallState
from monitor.call.state import state as state_of
from monitor.call.telephone.agent_parts import is_in, parts_of
from monitor.catalogue.hits import Hit, in_call
from monitor.catalogue.rows import DISPUTED, SEVERITIES, CallRow

_WIDTHS = ("<16", "<16", ">7", "<11", ">5", ">7", "<34", "<8", "<10", "<0")

BOOKMARK = "agent's bookmark"
"""Stands where a flag has no rule."""
ESTIMATED = "estimated"
"""Said of a call whose two voices were told apart."""
SAID: dict[CallState, str] = {"open": "going on", "ended": "ended", "broken off": "broken off"}
"""How a state is written in JSON."""
STATE_WORDS: dict[CallState, str] = {**SAID, "open": "in progress"}
"""How a state is written for people."""


def state(root: Path, call: CallRow) -> CallState:
    """Whether a call is open, ended or broken off, as its folder shows; a call of another desk, as that has listed it.

    Args:
        root: the folder of all calls.
        call: its row in the catalogue.
    """
    folder = root / call.folder
    if call.closed or not folder.exists():
        return "ended" if call.closed else "open"
    return state_of(folder, time.time())


def who(call: CallRow) -> str:
    """Whose call it is: the agent; if nobody is named, the file of a recording; else nothing."""
    return call.agent or (call.source if call.kind == "recording" else "")


def on_hold(call: CallRow, today: date) -> bool:
    """Whether a call must not be deleted today."""
    return call.hold_until >= today.isoformat()


def lines(root: Path, calls: Iterable[CallRow], today: date, words: str = "", mine: str = "") -> Iterator[str]:
    """A line of headings, then one for each call, and one below it for each place where the words were said."""
    yield _line(
        "started", "agent", "length", "state", "flags", "prompts", "worst flag", "reviewed", "on hold to", "call"
    )
    for call in calls:
        yield _line(
            call.started[:16].replace("T", " "),
            who(call) or "–",
            clock(call.duration_s),
            STATE_WORDS[state(root, call)],
            str(call.flags),
            str(call.prompts),
            _worst(call) or "–",
            call.reviewed_by or "yes" if call.reviewed else "no",
            call.hold_until if on_hold(call, today) else "–",
            call.folder,
        )
        for hit in hits(root, call, words, mine):
            yield f"    {clock(hit.at_s):>7}  {hit.speaker:<8}  {hit.text}"
        for access in accesses(root, call) if mine else ():
            yield f"    {access}"


def hits(root: Path, call: CallRow, words: str, mine: str = "") -> tuple[Hit, ...]:
    """Where the words of a filter were said in a call; none if its log cannot be read.

    Args:
        root: the folder of all calls.
        call: its row in the catalogue.
        words: of the filter.
        mine: the agent who wants her own calls: what was said in her part.
    """
    if not words:
        return ()
    try:
        found = in_call(root / call.folder, words)
        hers = parts_of(read_info(root / call.folder), mine) if mine else ()
        return tuple(hit for hit in found if not mine or is_in(hit.at_s, hers))
    except CallFolderError:
        return ()


def accesses(root: Path, call: CallRow) -> tuple[str, ...]:
    """What others did with a call, in sentences; one that says so if that cannot be read.

    Args:
        root: the folder of all calls.
        call: its row in the catalogue.
    """
    try:
        folder = root / call.folder
        return tuple(sentences((*entries.read(folder), *follows(folder))))
    except CallFolderError as error:
        return (str(error),)


def sound_state(call: CallRow) -> str:
    """What keeps a call from being judged: two people on one track, or no speech; empty for most calls."""
    if call.mixed:
        return "two people on one track"
    return "no speech" if call.closed and not (call.agent_talk_s or call.customer_talk_s or call.flags) else ""


def worst(call: CallRow) -> str:
    """The worst flag of a call, or why it cannot have one; empty if it has none."""
    if state := sound_state(call):
        return state
    if call.worst_at_s is None:
        return ESTIMATED if call.separated else ""
    name = call.worst_rule or BOOKMARK
    return f"{SEVERITIES[call.worst]} {name} {clock(call.worst_at_s)}{f', {ESTIMATED}' if call.separated else ''}"


def _worst(call: CallRow) -> str:
    return ", ".join(filter(None, (worst(call), DISPUTED if DISPUTED in call.tags.split() else "")))


def to_json(root: Path, calls: Iterable[CallRow], words: str = "", mine: str = "") -> bytes:
    """An array with an object for each call: with words, where they were said; of an agent's own, who accessed it."""
    objects = [
        _object(root, call)
        | ({"hits": [asdict(hit) for hit in hits(root, call, words, mine)]} if words else {})
        | ({"accesses": accesses(root, call)} if mine else {})
        for call in calls
    ]
    return msgspec.json.format(msgspec.json.encode(objects), indent=1)


def _object(root: Path, call: CallRow) -> dict[str, object]:
    values = asdict(call) | {
        "state": SAID[state(root, call)],
        "worst": SEVERITIES[call.worst] or None,
        "worst_rule": call.worst_rule or None,
        "tags": call.tags.split(),
    }
    return {name: value for name, value in values.items() if name not in {"seen", "started_s", "closed", "site"}}


def _line(*cells: str) -> str:
    return "  ".join(f"{cell:{width}}" for cell, width in zip(cells, _WIDTHS, strict=True)).rstrip()

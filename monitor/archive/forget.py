"""What a lake knows of a person or a call, and its removal: what `forget` names, or is past its retention period."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from monitor.archive.columns import CALL
from monitor.archive.key import digest, pseudonym
from monitor.archive.lake import Lake, using
from monitor.archive.packing import remove
from monitor.base import atomic
from monitor.call.info import CallInfo

if TYPE_CHECKING:
    from monitor.export.tables.column import Row

LOG = "deletions.jsonl"
"""In the lake: which rows were deleted, and when."""
_KNOWN = (CALL.name, "agent", "customer")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Whom or what to forget."""

    agent_or_call: str = ""
    """The name of an agent, or the id of a call in a lake."""
    customer: str = ""
    saved: Sequence[CallInfo] = ()
    """The calls of the same that are saved, from which the lake may have been filled, too."""


def rows_in(lakes: Iterable[Lake], wanted: Wanted) -> list[tuple[Lake, set[str]]]:
    """The calls of each lake that are to be forgotten.

    Raises:
        LakeError: a lake can't be read.
    """
    return [(lake, found) for lake in lakes if (found := set(_matching(lake, wanted)))]


def rows_before(lake: Lake, oldest: date, kept: Iterable[CallInfo] = ()) -> set[str]:
    """The calls of a lake that are past their retention period; those of which nobody knows a date are not.

    Args:
        lake: which one.
        oldest: the first day of which anything may be kept.
        kept: saved calls whose rows stay, as they are on hold.

    Raises:
        LakeError: the lake can't be read.
    """
    stay = {digest(lake.secret, "call", one.sound_hash) for one in kept if one.sound_hash}
    past = {row[CALL.name] for row in _rows(lake, (CALL.name, "day")) if row["day"] and row["day"] < oldest}
    return past - stay


def removal(found: Sequence[tuple[Lake, set[str]]], now: datetime) -> Callable[[], None]:
    """What removes these calls from their lakes, and logs that.

    Args:
        found: the lakes and their calls.
        now: with its offset from UTC.
    """
    return partial(_remove, found, now)


def _remove(found: Sequence[tuple[Lake, set[str]]], now: datetime) -> None:
    for lake, calls in found:
        remove(lake, calls)
        lines = b"".join(msgspec.json.encode({"when": now.isoformat(), "call": call}) + b"\n" for call in sorted(calls))
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | atomic.NO_LINK
        with using(lake.folder), os.fdopen(os.open(lake.folder / LOG, flags, 0o600), "wb") as log:
            log.write(lines)
            log.flush()
            os.fsync(log.fileno())


def _matching(lake: Lake, wanted: Wanted) -> Iterator[str]:
    secret, named, customer_id = lake.secret, wanted.agent_or_call, wanted.customer
    agents = {pseudonym(secret, name) for name in _spelled(named, (one.agent for one in wanted.saved))}
    agents |= {named.casefold()} - {""}
    of_customer = _spelled(customer_id, (one.customer for one in wanted.saved))
    customers = {digest(secret, "customer", name) for name in of_customer} | {customer_id.casefold()} - {""}
    calls = {digest(secret, "call", one.sound_hash) for one in wanted.saved if one.sound_hash} | {named}
    for row in _rows(lake, _KNOWN):
        agent, customer = row["agent"] or "", row["customer"] or ""
        if (
            row[CALL.name] in calls
            or not agents.isdisjoint({agent, agent.casefold()} - {""})
            or not customers.isdisjoint({customer, customer.casefold()} - {""})
        ):
            yield row[CALL.name]


def _spelled(name: str, in_calls: Iterable[str]) -> set[str]:
    """A name as it was written in the command, and in the calls that are saved: pseudonyms are of each."""
    return {name, *(other for other in in_calls if other.casefold() == name.casefold())} - {""}


def _rows(lake: Lake, columns: Sequence[str]) -> Iterator[Row]:
    """Some columns of all rows, also those that a newer one outweighs: they must go, too."""
    import pyarrow.parquet as pq

    paths: Collection[Path] = [*map(lake.path, lake.own_calls()), *lake.packed()]
    with using(lake.folder):
        for path in paths:
            yield from pq.read_table(path, columns=list(columns), partitioning=None).to_pylist()

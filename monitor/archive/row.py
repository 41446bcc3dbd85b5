"""A call as one row of the lake: numbers, ids and pseudonyms, no words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import msgspec

from monitor.archive.columns import ATTRIBUTES, CALLS, FOLLOWED, LOG, NESTED, SOURCE, call_columns, nested_columns
from monitor.archive.key import digest, pseudonym
from monitor.call.analysis import Analysis
from monitor.call.events import CallEvent, Gap, to_line
from monitor.call.info import CallInfo, identity
from monitor.call.wordless import without_words
from monitor.export.source import Source
from monitor.export.tables.all_tables import TABLES, rows
from monitor.export.tables.column import Row, moment


@dataclass(frozen=True, slots=True)
class Openness:
    """What people wrote or chose that gets into the lake as it is."""

    names: bool = False
    """Whether agents, customers, attributes and files have their names, and no pseudonyms."""
    attributes: tuple[str, ...] = ()
    """Attributes whose values are kept, whatever they are; of others, only numbers are."""


def figures(info: CallInfo, found: Analysis, noted: Sequence[tuple[CallEvent, int | None]]) -> Row:
    """What was found in a call: the columns that no metadata correct.

    Args:
        info: with what it was analysed.
        found: its figures.
        noted: its events with their places, see `MemorySink`.
    """
    source = Source(identity(info), info, found, sound=(), redacted=False, silent=())
    (whole,) = rows(CALLS, source)
    return (
        {column.name: whole.get(column.name) for column in call_columns()}
        | _followed(found)
        | {name: list(_nested(name, source)) for name in NESTED}
        | {"complete": True, LOG: b"".join(map(to_line, _nameless(without_words(_in_place(noted)))))}
    )


def details(secret: bytes, info: CallInfo, openness: Openness, *, dated: bool) -> Row:
    """Who, when and with what consent: the columns that corrected metadata rewrite.

    Args:
        secret: the key of the lake.
        info: what is known of the call.
        openness: what stays as it is.
        dated: whether anybody knows when it started; if not, `info` has the moment of the analysis.
    """
    started, attributes = info.started, dict(_kept(info.attributes, openness))
    agent, customer = info.agent, info.customer
    if not openness.names:
        agent, customer = pseudonym(secret, agent), customer and digest(secret, "customer", customer)
    return {
        "started": started if dated else None,
        "day": started.date() if dated else None,
        "utc_offset_min": round((started.utcoffset() or timedelta()).total_seconds() / 60) if dated else None,
        "agent": agent or None,
        "customer": customer or None,
        ATTRIBUTES: msgspec.json.encode(attributes, order="sorted").decode() if attributes else None,
        SOURCE: info.source if openness.names else None,
        "consent": info.consent.status,
        "consent_at": moment(info.consent.at, started.tzinfo) if dated else None,
    }


def _followed(found: Analysis) -> Row:
    judged = [prompt.after for prompt in found.prompts if prompt.after in {"followed", "partly", "no_change"}]
    counts = len(judged), judged.count("followed")
    return {column.name: count for column, count in zip(FOLLOWED, counts, strict=True)}


def _nested(name: str, source: Source) -> Iterator[Row]:
    kept = [column.name for column in nested_columns(name)]
    for row in TABLES[name].own_rows(source):
        yield {column: None if (value := row.get(column)) == "" else value for column in kept}


def _kept(attributes: Mapping[str, str], openness: Openness) -> Iterator[tuple[str, str]]:
    return (
        (name, value)
        for name, value in attributes.items()
        if openness.names or name in openness.attributes or _is_number(value)
    )


def _is_number(value: str) -> bool:
    try:
        float(value)
    except ValueError:
        return False
    return len(value) <= LONGEST_NUMBER


LONGEST_NUMBER = 6
"""Characters; a longer number may be that of a telephone, a contract or a card."""


def _nameless(events: Sequence[CallEvent]) -> Iterator[CallEvent]:
    """Events without the reasons of gaps, which quote the name of a truncated file, and with it perhaps the agent's."""
    return (replace(event, why="") if isinstance(event, Gap) else event for event in events)


def _in_place(noted: Sequence[tuple[CallEvent, int | None]]) -> list[CallEvent]:
    """Events in the order in which they were reported; words come later than their place."""
    placed = {place: event for event, place in noted if place is not None}
    others = iter([event for event, place in noted if place is None])
    ordered = [event for place in range(len(noted)) if (event := placed.pop(place, None) or next(others, None))]
    return [*ordered, *others, *(placed[place] for place in sorted(placed))]

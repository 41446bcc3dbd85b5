"""Every table, with the columns that say which call a row belongs to."""

from collections.abc import Iterator, Mapping

import msgspec

from monitor.export.source import Source
from monitor.export.tables.column import Column, Row, Table
from monitor.export.tables.of_judgement import CHECKLISTS, FLAGS, NOTICED, OUTCOMES, PROMISES, PROMPTS
from monitor.export.tables.of_scorecards import SCORECARD_ITEMS, SCORECARDS
from monitor.export.tables.of_speech import DEAD_AIR, GAPS, OVERLAPS, TONE, TURNS, UTTERANCES
from monitor.export.tables.of_the_call import ACCESSES, ACTIONS, ATTRIBUTES, CALLS, MARKS

CALL = Column("call", "text", "Id of the call: the day and the name of its folder.")
IDENTITY = (
    CALL,
    Column("started", "time", "When the call started."),
    Column("kind", "text", "live, or recording: then nobody saw the prompts."),
    Column("agent", "free text", "Name of the agent."),
    Column("customer", "free text", "The customer, as the customer software names them."),
    Column("channels", "text", "Who is on each channel of the sound, in order, separated by spaces."),
    Column("attributes", "free text", "What else was known of the call, as a JSON object."),
)
"""The first columns of every table, so that each can be read without the others."""
SHORT = frozenset({TONE.name})
"""Tables of so many rows that they have only the id of the call; the rest is in the table `calls`."""

TABLES: Mapping[str, Table] = {
    table.name: table
    for table in (
        *(CALLS, ATTRIBUTES, MARKS, ACCESSES, ACTIONS, FLAGS, PROMPTS, OUTCOMES, CHECKLISTS, PROMISES, NOTICED),
        *(SCORECARDS, SCORECARD_ITEMS),
        *(UTTERANCES, TURNS, OVERLAPS, DEAD_AIR, GAPS, TONE),
    )
}


def columns(name: str) -> tuple[Column, ...]:
    """The columns of a table, in order."""
    return (*((CALL,) if name in SHORT else IDENTITY), *TABLES[name].own_columns)


def rows(name: str, source: Source) -> Iterator[Row]:
    """The rows that a call has in a table; None where nothing is known."""
    which = _short(source) if name in SHORT else _whole(source)
    for own in TABLES[name].own_rows(source):
        yield {column: None if value == "" else value for column, value in (which | own).items()}


def _short(source: Source) -> Row:
    return {CALL.name: source.id}


def _whole(source: Source) -> Row:
    call = source.identity
    attributes = msgspec.json.encode(call.attributes).decode() if call.attributes else ""
    return {
        CALL.name: call.id,
        "started": call.started,
        "kind": call.kind,
        "agent": call.agent,
        "customer": call.customer,
        "channels": " ".join(call.channels),
        "attributes": attributes,
    }

"""What the lake says of a call: the tables of the exports without words, in one row, and where the row comes from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from monitor.export.tables.all_tables import TABLES, columns
from monitor.export.tables.column import Column
from monitor.export.tables.parquet_tables import arrow_types

if TYPE_CHECKING:
    import pyarrow as pa

CALLS = "calls"
NESTED = (
    *("flags", "outcomes", "checklists", "noticed", "utterances"),
    *("turns", "overlaps", "dead_air", "gaps"),
)
"""Tables of which a call's rows stand in a list in its row, under the name of the table."""
NAMES = ("agent", "customer")
"""Free text that a pseudonym stands for."""
ATTRIBUTES = "attributes"
SOURCE = "source"
LOG = "log"

FOLLOWED = (
    Column("judged_count", "integer", "Prompts after which it could be judged what the agent did next."),
    Column("followed_count", "integer", "Those after which the agent did what the prompt asks for, seen or not."),
)
"""Columns that save a question about millions of calls the list of each one's prompts."""
ORIGIN = (
    Column("recording", "text", "Keyed hash of the recording's place in the archive."),
    Column("key", "text", "Keyed hash of everything that changes a figure: sound, options, rulebook, model, measures."),
    Column("about", "text", "Keyed hash of what was known of the call besides its sound."),
    Column("measures", "integer", "Version of the measures; it is raised only when figures change."),
)
"""Columns of the lake's own, by which work is found done."""
CALL = Column("call", "text", "Keyed hash of the sound: one recording is one call, however often it is in the archive.")


def call_columns() -> tuple[Column, ...]:
    """The columns of a call that are no list, in order."""
    kept = [one for one in columns(CALLS) if one.name in {*NAMES, ATTRIBUTES, SOURCE} or one.type != "free text"]
    return (CALL, *kept[1:], *FOLLOWED, *ORIGIN)


def nested_columns(name: str) -> tuple[Column, ...]:
    """The columns of a table in a list: all without free text, and without those that say which call it is."""
    return tuple(one for one in TABLES[name].own_columns if one.type != "free text")


def schema() -> pa.Schema:
    """Of every file of the lake: the columns of a call, a list for each nested table, and the log."""
    import pyarrow as pa

    lists = (pa.field(name, pa.list_(pa.struct(list(_fields(nested_columns(name)))))) for name in NESTED)
    return pa.schema([*_fields(call_columns()), *lists, pa.field(LOG, pa.large_binary())])


def part_schema() -> pa.Schema:
    """Of a part: all but the logs."""
    whole = schema()
    return whole.remove(whole.get_field_index(LOG))


def log_schema() -> pa.Schema:
    """Of the logs of a part."""
    import pyarrow as pa

    whole = schema()
    return pa.schema([whole.field(CALL.name), whole.field(LOG)])


def _fields(shown: tuple[Column, ...]) -> Iterator[pa.Field]:
    import pyarrow as pa

    types = arrow_types()
    return (pa.field(one.name, types[one.type]) for one in shown)

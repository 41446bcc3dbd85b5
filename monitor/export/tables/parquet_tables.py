"""Tables as Parquet: times as timestamps in UTC, and what each column means in the schema."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import msgspec

from monitor.base import atomic
from monitor.export.errors import ExportError
from monitor.export.source import Source
from monitor.export.tables.all_tables import TABLES, columns, rows
from monitor.export.tables.column import ColumnType, Row

if TYPE_CHECKING:
    import pyarrow as pa

GROUP = 65_536
"""Rows that are written at a time."""
MEANINGS = b"column_meanings"
"""Key of the file's metadata under which the meanings stand as JSON, for readers that do not show those of fields."""


def write_parquet(folder: Path, sources: Iterable[Source], ending: str = "") -> list[Path]:
    """Write every table of some calls, all of them or none.

    Args:
        folder: to write to.
        sources: the calls, which may be read one by one.
        ending: of the files' names, before ".parquet".

    Raises:
        ExportError: pyarrow is not installed.
        OSError: the files cannot be written.
    """
    try:
        import pyarrow.parquet  # noqa: F401 - an extra, and large
    except ImportError as error:
        raise ExportError("Parquet needs pyarrow: install it with pip install 'tone-monitor[parquet]'.") from error
    paths = [folder / f"{name}{ending}.parquet" for name in TABLES]
    with ExitStack() as stack:
        files = [stack.enter_context(atomic.replacing(path)) for path in paths]
        tables = [_ParquetTable(name, file, stack) for name, file in zip(TABLES, files, strict=True)]
        for source in sources:
            for table in tables:
                table.add(source)
        for table in tables:
            table.flush()
    return paths


class _ParquetTable:
    def __init__(self, name: str, file: BinaryIO, stack: ExitStack) -> None:
        import pyarrow.parquet as pq

        self._name = name
        self._schema = schema(name)
        self._writer = stack.enter_context(pq.ParquetWriter(file, self._schema))
        self._rows: list[Row] = []

    def add(self, source: Source) -> None:
        self._rows += rows(self._name, source)
        if len(self._rows) >= GROUP:
            self.flush()

    def flush(self) -> None:
        import pyarrow as pa

        if self._rows:
            self._writer.write_table(pa.Table.from_pylist(self._rows, schema=self._schema))
            self._rows.clear()


def arrow_types() -> dict[ColumnType, pa.DataType]:
    """How Arrow calls the types of columns."""
    import pyarrow as pa

    return {
        "text": pa.string(),
        "free text": pa.string(),
        "time": pa.timestamp("us", tz="UTC"),
        "day": pa.date32(),
        "number": pa.float64(),
        "integer": pa.int64(),
        "yes or no": pa.bool_(),
    }


def schema(name: str) -> pa.Schema:
    """The schema of a table, with the meaning and the unit of each column."""
    import pyarrow as pa

    types = arrow_types()
    fields = [
        pa.field(column.name, types[column.type], metadata={"description": column.meaning, "unit": column.unit})
        for column in columns(name)
    ]
    meanings = msgspec.json.encode({column.name: column.meaning for column in columns(name)})
    return pa.schema(fields, metadata={b"description": TABLES[name].meaning.encode(), MEANINGS: meanings})

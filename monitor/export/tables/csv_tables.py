"""Tables as CSV (RFC 4180), absent values empty.

Free text that a spreadsheet would take for a formula starts with an apostrophe, as
https://owasp.org/www-community/attacks/CSV_Injection recommends: a customer may say anything.
"""

import csv
import io
from collections.abc import Iterable
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import TextIO

from monitor.base import atomic
from monitor.export.source import Source
from monitor.export.tables.all_tables import TABLES, columns, rows
from monitor.export.tables.column import Column, Row

BOM_AND_UTF8 = "utf-8-sig"
"""Of files: without the mark, Excel on Windows takes them for another encoding."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""First characters of a cell that a spreadsheet takes for a formula."""


def csv_text(name: str, sources: Iterable[Source]) -> str:
    """One table of some calls."""
    text = io.StringIO()
    table = _CsvTable(name, text)
    for source in sources:
        table.add(source)
    return text.getvalue()


def write_csv(folder: Path, sources: Iterable[Source], ending: str = "") -> list[Path]:
    """Write every table of some calls, all of them or none; one call at a time is in memory.

    Args:
        folder: to write to.
        sources: the calls, which may be read one by one.
        ending: of the files' names, before ".csv".

    Raises:
        OSError: the files cannot be written.
    """
    paths = [folder / f"{name}{ending}.csv" for name in TABLES]
    with ExitStack() as stack:
        files = [stack.enter_context(atomic.replacing(path)) for path in paths]
        texts = [io.TextIOWrapper(file, BOM_AND_UTF8, newline="") for file in files]
        tables = [_CsvTable(name, text) for name, text in zip(TABLES, texts, strict=True)]
        for source in sources:
            for table in tables:
                table.add(source)
        for text in texts:
            text.detach()
    return paths


class _CsvTable:
    def __init__(self, name: str, text: TextIO) -> None:
        self._name = name
        self._columns = columns(name)
        self._writer = csv.DictWriter(text, [column.name for column in self._columns], lineterminator="\r\n")
        self._writer.writeheader()

    def add(self, source: Source) -> None:
        self._writer.writerows(self._cells(row) for row in rows(self._name, source))

    def _cells(self, row: Row) -> Row:
        return {column.name: _cell(column, row.get(column.name)) for column in self._columns}


def _cell(column: Column, value: object) -> object:
    match value:
        case str() if column.type == "free text" and value.startswith(_FORMULA):
            return f"'{value}"
        case bool():
            return int(value)
        case date():  # or a time of day on it
            return value.isoformat()
        case _:
            return value

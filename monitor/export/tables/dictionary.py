"""The data dictionary: every table and column of the CSV and Parquet exports, made from what writes them."""

import csv
import io
from collections.abc import Iterator

from monitor.export.tables.all_tables import CALL, IDENTITY, SHORT, TABLES, columns
from monitor.export.tables.column import Column

HEADS = ("column", "type", "unit", "meaning")

_INTRO = """\
`tone-monitor export --to csv` and `--to parquet` write these tables, one file each. One observation is a row, one
variable is a column. `tone-monitor export --dictionary` prints this page, and with `--to csv` a table of all columns.

- The unit of a number ends its name. Shares end with `_pct` and go from 0 to 100. `value`, `baseline` and `limit` of a
  flag have the unit of the rule's metric, see [metrics.md](metrics.md).
- Seconds are seconds of sound since the call started.
- Times are ISO 8601 with the offset of the call's place in CSV, and timestamps in UTC in Parquet.
- *yes or no* is 1 or 0 in CSV. An empty cell, or null, means that nothing is known.
- *free text* is what people said, wrote or chose. In CSV, one that a spreadsheet would take for a formula starts with
  an apostrophe; other texts never begin like a formula.
- Files of CSV are UTF-8 with a byte order mark, so that Excel opens them; what is printed has none.
- In Parquet, the meaning and unit of each column are metadata of its field, and all meanings are in the file's metadata
  under `column_meanings`.
"""


def markdown() -> str:
    """The dictionary as a page, without its title."""
    return "\n\n".join((_INTRO.strip(), *_sections()))


def csv_dictionary() -> str:
    """The dictionary as a table: a row for each column of each table."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(("table", *HEADS))
    writer.writerows((name, *_cells(column)) for name in TABLES for column in columns(name))
    return text.getvalue()


def _sections() -> Iterator[str]:
    first = ", ".join(f"`{column.name}`" for column in IDENTITY)
    yield (
        f"## Every table\n\nThe first columns say which call a row belongs to: {first}. "
        f"Only {', '.join(f'`{name}`' for name in sorted(SHORT))} has `{CALL.name}` alone, as it has many rows.\n\n"
        + _table(IDENTITY)
    )
    for table in TABLES.values():
        yield f"## {table.name}\n\n{table.meaning}\n\n{_table(table.own_columns)}"


def _table(shown: tuple[Column, ...]) -> str:
    rows = [HEADS, ["---"] * len(HEADS), *(_cells(column, code="`") for column in shown)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _cells(column: Column, code: str = "") -> tuple[str, ...]:
    return f"{code}{column.name}{code}", column.type, column.unit, column.meaning

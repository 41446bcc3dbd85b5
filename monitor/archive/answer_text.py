"""Answers of the lake as people and programs read them: lines, CSV, JSON."""

import csv
import io
from collections.abc import Iterator
from datetime import date
from typing import Any

import msgspec

from monitor.archive.query import Answer

NOTHING = "–"


def lines(answer: Answer) -> Iterator[str]:
    """A table with its columns in line: numbers to the right."""
    rows = [answer.columns, *(tuple(map(_cell, row)) for row in answer.rows)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    right = [all(isinstance(value, int | float | None) for value in column) for column in _columns(answer)]
    for row in rows:
        cells = zip(row, widths, right, strict=True)
        yield "  ".join(f"{cell:>{width}}" if number else f"{cell:<{width}}" for cell, width, number in cells).rstrip()


def to_csv(answer: Answer) -> str:
    """As CSV (RFC 4180), what is unknown is empty."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(answer.columns)
    writer.writerows(answer.rows)
    return text.getvalue()


def to_json(answer: Answer) -> bytes:
    """An array with an object for each row."""
    rows = [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]
    return msgspec.json.encode(rows, enc_hook=str)


def _columns(answer: Answer) -> Iterator[tuple[Any, ...]]:
    yield from (tuple(row[at] for row in answer.rows) for at in range(len(answer.columns)))


def _cell(value: object) -> str:
    match value:
        case None:
            return NOTHING
        case date():
            return value.isoformat()
    return str(value)

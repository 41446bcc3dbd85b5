"""A back-test as a table for other programs: a row for each call and rule, as CSV or Parquet."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO

from monitor.base import atomic
from monitor.base.errors import MonitorError
from monitor.rule_tools.backtest_run import CallTried

COLUMNS = ("call", "rule", "before", "after", "same")
ROWS_AT_ONCE = 50_000

Add = Callable[[CallTried], None]


class TableError(MonitorError):
    """The table can't be written."""


@contextmanager
def table(path: Path) -> Iterator[Add]:
    """Write a table call by call; it is in its place once all calls are in it, and not before.

    Args:
        path: ends in .csv or .parquet.

    Raises:
        TableError: it can't be written.
    """
    kinds = {".csv": _csv, ".parquet": _parquet}
    kind = kinds.get(path.suffix.casefold())
    if kind is None:
        raise TableError(f"{path} is no table. Choose a file that ends in .csv or .parquet.")
    with ExitStack() as stack:
        try:
            add = kind(stack.enter_context(atomic.replacing(path)), stack)
            yield add
            stack.close()
        except OSError as error:
            raise TableError(
                f"Can't write {path}: {error.strerror or error}. Choose another file, or free some space."
            ) from error


def _rows(one: CallTried) -> Iterator[tuple[str, str, int, int, int]]:
    for rule, counts in (one.counts or {}).items():
        yield one.call, rule, counts.before, counts.after, counts.same


def _csv(file: BinaryIO, stack: ExitStack) -> Add:
    text = io.TextIOWrapper(file, "utf-8", newline="")
    stack.callback(text.detach)
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    return lambda one: writer.writerows(_rows(one))


def _parquet(file: BinaryIO, stack: ExitStack) -> Add:
    try:
        import pyarrow as pa  # an extra, and large
        from pyarrow import parquet
    except ImportError as error:
        raise TableError("Parquet needs pyarrow: install it with pip install 'tone-monitor[parquet]'.") from error
    kinds = (pa.string(), pa.string(), pa.int64(), pa.int64(), pa.int64())
    schema = pa.schema(list(zip(COLUMNS, kinds, strict=True)))
    writer = stack.enter_context(parquet.ParquetWriter(file, schema))
    rows: list[tuple[str, str, int, int, int]] = []

    def flush() -> None:
        writer.write_table(pa.Table.from_pylist([dict(zip(COLUMNS, row, strict=True)) for row in rows], schema=schema))
        rows.clear()

    def add(one: CallTried) -> None:
        rows.extend(_rows(one))
        if len(rows) >= ROWS_AT_ONCE:
            flush()

    stack.callback(flush)
    return add

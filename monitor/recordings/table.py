"""Tables of metadata, a row a recording: CSV, JSON lines and Parquet, read one row at a time."""

from __future__ import annotations

import codecs
import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from monitor.recordings.errors import MetadataError
from monitor.recordings.known import field_name, is_field
from monitor.recordings.sidecar import flat

LONGEST_FIELD = 2**17
LONGEST_LINE = 2**20
"""Characters; a longer line is damage, and is read in pieces that are no rows."""
DELIMITERS = ",;\t|"
ROWS_AT_ONCE = 10_000

_BOMS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table."""

    number: int
    """As an editor or spreadsheet counts: the line of the file, or the row after the heading in Parquet."""
    fields: Mapping[str, str]
    """Values by the names that `field_name` gives."""
    fault: str = ""
    """Why it can't be used; then there are no fields, or those that could be read."""


def read_rows(path: Path) -> Iterator[Row]:
    """Read a table; a row that can't be read is given with its fault, and the next ones follow.

    Args:
        path: a file that ends in .csv, .tsv or .txt, .jsonl or .ndjson, or .parquet.

    Raises:
        MetadataError: it is missing, no table of these kinds, or has no column `file`.
    """
    try:
        match path.suffix.casefold():
            case ".parquet":
                yield from _parquet(path)
            case ".jsonl" | ".ndjson":
                yield from _json_lines(path)
            case ".csv" | ".tsv" | ".txt":
                yield from _csv(path)
            case _:
                raise MetadataError(f"{path} is no table of metadata. Choose a .csv, .jsonl or .parquet file.")
    except OSError as error:
        raise MetadataError(
            f"Can't read {path} ({error.strerror or error}). Check the path and its permissions."
        ) from error


def _csv(path: Path) -> Iterator[Row]:
    with _opened(path) as file:
        head = file.readline(LONGEST_LINE)
        file.seek(0)
        delimiter = max(DELIMITERS, key=head.count)
        csv.field_size_limit(LONGEST_FIELD)
        reader = csv.reader(_lines(file), delimiter=delimiter, strict=True)
        try:
            names = [field_name(name) for name in next(reader, [])]
        except csv.Error:
            names = []
        _check_columns(path, names)
        while True:
            number = reader.line_num + 1
            try:
                values = next(reader, None)
            except csv.Error as error:
                yield Row(number, {}, f"it can't be read ({error})")
                continue
            if values is None:
                return
            if not any(value.strip() for value in values):
                continue
            yield _row(number, names, values)


def _row(number: int, names: Sequence[str], values: Sequence[str]) -> Row:
    fields = dict(zip(names, values, strict=False))
    if any("\n" in fields[name].strip() for name in fields if name == "file" or is_field(name)):
        return Row(number, {}, "a value has a line break, so a quotation mark may be missing")
    extra = len(values) > len(names)
    return Row(number, fields, f"it has {len(values)} values, and the heading {len(names)} names" if extra else "")


def _json_lines(path: Path) -> Iterator[Row]:
    with _opened(path) as file:
        for number, line in enumerate(_lines(file), 1):
            if not line.strip():
                continue
            try:
                found = json.loads(line)
            except (ValueError, RecursionError) as error:
                yield Row(number, {}, f"it is not valid JSON ({error})")
                continue
            if isinstance(found, dict):
                yield Row(number, dict(flat(found)))
            else:
                yield Row(number, {}, "it is not a JSON object")


def _parquet(path: Path) -> Iterator[Row]:
    try:
        import pyarrow as pa  # an extra
        from pyarrow import parquet
    except ImportError as error:
        raise MetadataError(
            "Reading Parquet needs an optional package. Install it with: pip install 'tone-monitor[parquet]'"
        ) from error
    try:
        with parquet.ParquetFile(path) as file:
            _check_columns(path, [field_name(name) for name in file.schema_arrow.names])
            number = 0
            for batch in file.iter_batches(ROWS_AT_ONCE):
                for row in batch.to_pylist():
                    number += 1
                    yield Row(number, dict(flat(row)))
    except (pa.ArrowException, ValueError, OverflowError) as error:  # or its text is none, its times are impossible
        raise MetadataError(f"{path} is not a Parquet file that can be read. Write it again.") from error


def _check_columns(path: Path, names: list[str]) -> None:
    if "file" not in names:
        some = ", ".join(name[:40] for name in names[:8] if name) or "none"
        raise MetadataError(f"{path} has no column file, which says which recording a row is about. Columns: {some}.")
    if twice := next((name for name in names if name and names.count(name) > 1), None):
        raise MetadataError(f"{path} has two columns {twice}. Rename or delete one.")


def _lines(file: IO[str]) -> Iterator[str]:
    while line := file.readline(LONGEST_LINE):
        yield line


def _opened(path: Path) -> IO[str]:
    """Open a text: UTF-8 with or without a byte order mark, UTF-16 with one, else Windows-1252, as Excel saves CSV."""
    with path.open("rb") as file:
        start = file.read(4)
        encoding = next((name for bom, name in _BOMS.items() if start.startswith(bom)), "")
        if not encoding:
            encoding = "utf-8" if _is_utf_8(start, file) else "cp1252"
    # A torn end, or one of the five bytes that Windows-1252 leaves undefined, spoils one value and not the table.
    return path.open("r", encoding=encoding, newline="", errors="replace")


def _is_utf_8(start: bytes, file: IO[bytes]) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    with suppress(UnicodeDecodeError):
        decoder.decode(start)
        while block := file.read(io.DEFAULT_BUFFER_SIZE * 16):
            decoder.decode(block)
        decoder.decode(b"", final=True)
        return True
    return False

"""Which row of a table of metadata is about which recording."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from audio.files.names import text_of
from monitor.base.counts import count
from monitor.recordings.known import Known, from_fields, is_field, unknown_field
from monitor.recordings.pairs import call_name
from monitor.recordings.table import Row, read_rows

MOST_TOLD = 20
"""Rows without a recording, and those that can't be read, that are told one by one."""


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a table says about recordings."""

    known: Mapping[Path, Known]
    faults: Mapping[Path, str]
    """A sentence for each recording whose rows can't be used: it must not be imported without them."""
    remarks: tuple[str, ...]
    """Sentences about rows and columns that concern no recording here."""
    without_row: tuple[Path, ...]
    """The first file of each call that no row is about."""


@dataclass(slots=True)
class _Found:
    """What has been read so far."""

    rows: dict[Path, tuple[int, Mapping[str, str]]] = field(default_factory=dict)
    faults: dict[Path, str] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)
    elsewhere: int = 0
    """Rows that name no recording."""
    unread: list[int] = field(default_factory=list)
    """Numbers of the rows that can't be read, and may be about any recording."""


def files_named(table: Path) -> Mapping[Path, str]:
    """The recordings that a table names, seen from its folder, as it names them; whether or not they are there.

    Raises:
        MetadataError: the table can't be read at all.
    """
    named = (_normal(row.fields.get("file", "")) for row in read_rows(table))
    return {table.parent / name: name for name in named if name}


def read_metadata(table: Path, calls: Sequence[tuple[Path, ...]]) -> Metadata:
    """Find the rows of recordings.

    A row names its recording in the column `file`: by its path, seen from the folder of the table, by its name, or by
    its name without the suffix, as long as only one recording has it. Two files of one call can have a row each, or one
    for both that names what their names have in common.

    Args:
        table: CSV, JSON lines or Parquet.
        calls: the files that are to be imported, by calls.

    Raises:
        MetadataError: the table can't be read at all.
    """
    by_name = _names(calls)
    found = _Found()
    unknown: set[str] = set()
    for row in read_rows(table):
        for name in row.fields:
            if name not in unknown and name and name != "file" and not is_field(name):
                unknown.add(name)
                found.remarks.append(f"{table}: {unknown_field(name)} It is ignored.")
        _take(row, table, by_name, found)
    if found.elsewhere > MOST_TOLD:
        more = found.elsewhere - MOST_TOLD
        found.remarks.append(f"{table}: {more} more row{'s' if more > 1 else ''} match no recording here.")
    known = dict(_usable(found, table))
    _keep_out(found, table, calls)
    told = {*found.rows, *found.faults}
    without = tuple(files[0] for files in calls if not told.intersection(files))
    return Metadata(known, found.faults, tuple(found.remarks), without)


def _usable(found: _Found, table: Path) -> Iterator[tuple[Path, Known]]:
    """What the rows of recordings say; a wrong value becomes a fault."""
    for path, (number, fields) in found.rows.items():
        if path not in found.faults:
            try:
                yield path, from_fields({name: value for name, value in fields.items() if is_field(name)})
            except ValueError as error:
                found.faults[path] = f"{table}, row {number}: {error}"


def _keep_out(found: _Found, table: Path, calls: Sequence[tuple[Path, ...]]) -> None:
    """Keep out the recordings without a row, if a row that can't be read may be theirs."""
    if len(found.unread) > MOST_TOLD:
        found.remarks.append(f"{table}: {count(len(found.unread) - MOST_TOLD, 'more row')} can't be read.")
    for files in calls if found.unread else ():
        if not {*found.rows, *found.faults}.intersection(files):
            found.faults[files[0]] = (
                f"{table} has no row for {text_of(files[0].name)}, unless row {found.unread[0]} is it, which can't be "
                "read. Write that row again, or delete it."
            )


def _take(row: Row, table: Path, by_name: Mapping[str, Sequence[Path]], found: _Found) -> None:
    where = f"{table}, row {row.number}"
    named = _normal(row.fields.get("file", ""))
    matches = list(_matching(named, table.parent, by_name))
    if row.fault and not matches:
        found.unread.append(row.number)
        if len(found.unread) <= MOST_TOLD:
            found.remarks.append(f"{where}: {row.fault}.")
        return
    if not named:
        found.remarks.append(f"{where}: it names no file.")
        return
    if not matches:
        found.elsewhere += 1
        if found.elsewhere <= MOST_TOLD:
            found.remarks.append(f"{where}: no recording here is named {named}.")
        return
    if len(matches) > 1:
        for path in matches:
            found.faults[path] = f"{where}: {named} is the name of {len(matches)} recordings. Write its folder, too."
        return
    _note(matches[0], row, where, found)


def _note(path: Path, row: Row, where: str, found: _Found) -> None:
    """Take the row of one recording."""
    if row.fault:
        found.faults[path] = f"{where}: {row.fault}."
    elif path not in found.rows:
        found.rows[path] = row.number, row.fields
    elif _said(found.rows[path][1]) == _said(row.fields):
        found.remarks.append(f"{where}: it says the same as row {found.rows[path][0]}.")
    else:
        first = found.rows[path][0]
        found.faults[path] = f"{where}: it contradicts row {first} about {text_of(path.name)}. Delete one of them."


def _names(calls: Sequence[tuple[Path, ...]]) -> Mapping[str, Sequence[Path]]:
    by_name: dict[str, list[Path]] = defaultdict(list)
    for files in calls:
        for path in files:
            for name in {_normal(path.name), _normal(path.stem)}:
                by_name[name].append(path)
        if len(files) > 1:
            by_name[_normal(call_name(files[0]))].append(files[0])
    return by_name


def _matching(named: str, folder: Path, by_name: Mapping[str, Sequence[Path]]) -> Iterator[Path]:
    """The recordings a name can mean; a name with folders means those only, as far as it gives them."""
    parts = [part for part in named.split("/") if part not in {"", "."}]
    candidates = by_name.get(parts[-1], ()) if parts else ()
    exact = [path for path in candidates if _normal(str(path.resolve())) == _normal(str((folder / named).resolve()))]
    if exact:
        yield from exact
    for path in () if exact else candidates:
        own = _normal(path.resolve().as_posix()).split("/")[:-1]
        if own[len(own) - len(parts) + 1 :] == parts[:-1]:
            yield path


def _said(fields: Mapping[str, str]) -> dict[str, str]:
    return {name: value.strip() for name, value in fields.items() if value.strip() and name != "file"}


def _normal(name: str) -> str:
    return unicodedata.normalize("NFC", name.strip().replace("\\", "/"))

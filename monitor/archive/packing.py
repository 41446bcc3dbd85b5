"""Packs the rows of single calls into parts, one a month, and takes calls out of the lake.

The list of the parts is replaced in one step, and that is the moment at which everything changes: whoever is killed
before it has changed nothing, and whoever is killed after it leaves only files that no reader looks at.
"""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from monitor.archive.columns import CALL, log_schema, part_schema
from monitor.archive.errors import LakeError
from monitor.archive.lake import PACKED, Lake, using
from monitor.base import atomic

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

UNDATED = "undated"
"""The month of calls of which nobody knows when they started."""
PACKING = "packing"
"""The lock of whoever changes the parts."""
ROWS, LOGS = 20_000, 100
"""In a row group: logs are long, and one group is in memory at a time."""


@dataclass(frozen=True, slots=True)
class Compacted:
    """What a compaction did."""

    calls: int
    """Rows that were packed."""
    parts: int
    """Parts that there are now."""


@dataclass(frozen=True, slots=True)
class _Own:
    """A row in a file of its own, as it was when it was packed."""

    path: Path
    changed_ns: int
    number: int


@dataclass(slots=True)
class _Plan:
    own: dict[str, _Own] = field(default_factory=dict)
    """By call."""
    months: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    """The calls of each month that are to be packed."""


def compact(lake: Lake) -> Compacted:
    """Pack all rows that have files of their own; readers find every call once, before, meanwhile and after.

    Raises:
        LakeError: the lake can't be read or written, or another program is changing its parts.
    """
    with _alone(lake), using(lake.folder):
        plan = _plan(lake)
        before = lake.packed()
        stale = [part for part in before if plan.own.keys() & _calls(part)]
        same_month = [part for part in before if _month(part) in plan.months]
        replaced = dict.fromkeys([*stale, *same_month])
        months = sorted({*plan.months, *map(_month, replaced)})
        new = [
            _write(
                lake, month, [part for part in replaced if _month(part) == month], plan.own.keys(), plan.months[month]
            )
            for month in months
        ]
        _commit(lake, [*(part for part in before if part not in replaced), *filter(None, new)])
        for one in plan.own.values():
            _remove_packed(lake, one)
        return Compacted(len(plan.own), len(lake.packed()))


def remove(lake: Lake, calls: Collection[str]) -> int:
    """Take calls out of the lake, and give how many were there.

    Raises:
        LakeError: the lake can't be read or written, or another program is changing its parts.
    """
    with _alone(lake), using(lake.folder):
        before, there = lake.packed(), set[str]()
        kept: list[Path] = []
        for part in before:
            found = _calls(part) & set(calls)
            there |= found
            new = _write(lake, _month(part), [part], found, ()) if found else part
            kept += [new] if new else []
        _commit(lake, kept)  # first: a row in a part would come back once the call's own file is gone
        for call in calls:
            if lake.path(call).exists():
                there.add(call)
                lake.path(call).unlink()
        return len(there)


@contextmanager
def _alone(lake: Lake) -> Iterator[None]:
    with lake.working_on(PACKING) as ours:
        if not ours:
            raise LakeError(f"Another program is compacting the lake {lake.folder}. Try again when it has finished.")
        yield


def _plan(lake: Lake) -> _Plan:
    import pyarrow.parquet as pq

    plan = _Plan()
    for call in lake.own_calls():
        path = lake.path(call)
        try:
            looks = path.stat()
            (row,) = pq.read_table(path, columns=["day"], partitioning=None).to_pylist()
        except FileNotFoundError:  # taken out just now
            continue
        plan.own[call] = _Own(path, looks.st_mtime_ns, looks.st_ino)
        plan.months[f"{row['day']:%Y-%m}" if row["day"] else UNDATED].append(call)
    return plan


def _remove_packed(lake: Lake, one: _Own) -> None:
    """Delete the file of a row that is in a part now, unless a newer one is in its place."""
    with lake.working_on(one.path.stem) as ours:
        looks = one.path.stat() if ours and one.path.exists() else None
        if looks and (looks.st_mtime_ns, looks.st_ino) == (one.changed_ns, one.number):
            one.path.unlink()


def _calls(part: Path) -> set[str]:
    """The calls in a part."""
    import pyarrow.parquet as pq

    return set(pq.read_table(part, columns=[CALL.name], partitioning=None)[CALL.name].to_pylist())


def _month(part: Path) -> str:
    return part.stem.rpartition("-")[0]


def _write(lake: Lake, month: str, parts: Sequence[Path], without: Collection[str], own: Sequence[str]) -> Path | None:
    """Write a part and its logs from other parts, without some of their calls, and from single calls; None if empty."""
    path = lake.parts / f"{month}-{secrets.token_hex(4)}.parquet"
    figures, logs = part_schema(), log_schema()
    single = [lake.path(call) for call in own]
    written = _copy(path, figures, ROWS, [*parts, *single], left_out=without, left_in=len(parts))
    sources = [*(lake.logs / part.name for part in parts), *single]
    _copy(lake.logs / path.name, logs, LOGS, sources, left_out=without, left_in=len(parts))
    return path if written else None


def _copy(  # noqa: PLR0913 - from where, what, and where to
    path: Path, kind: pa.Schema, rows: int, sources: Sequence[Path], *, left_out: Collection[str], left_in: int
) -> int:
    """Write some columns of the rows of several files into one, and give how many rows.

    Args:
        path: of the one.
        kind: the columns.
        rows: in a row group.
        sources: the files.
        left_out: calls of which the first files may have rows that do not count.
        left_in: from which file on every row counts.
    """
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    gone, waiting = pa.array(list(left_out), pa.string()), list[pa.Table]()
    waits = written = 0
    with ExitStack() as stack:
        file = stack.enter_context(atomic.replacing(path))
        writer = stack.enter_context(pq.ParquetWriter(file, kind, compression="zstd"))
        for number, source in enumerate(sources):
            with pq.ParquetFile(source) as opened:
                for batch in opened.iter_batches(rows, columns=kind.names):
                    table = pa.Table.from_batches([batch]).cast(kind)
                    if number < left_in:
                        table = table.filter(pc.invert(pc.is_in(table[CALL.name], value_set=gone)))
                    waiting.append(table)
                    waits += len(table)
                    if waits >= rows:
                        written, waits = written + _flush(writer, waiting), 0
        written += _flush(writer, waiting)
    return written


def _flush(writer: pq.ParquetWriter, waiting: list[pa.Table]) -> int:
    import pyarrow as pa

    if not any(map(len, waiting)):
        return 0
    table = pa.concat_tables(waiting).combine_chunks()
    writer.write_table(table, row_group_size=len(table))
    waiting.clear()
    return len(table)


def _commit(lake: Lake, parts: Iterable[Path]) -> None:
    """Let these parts count, and delete all others."""
    names = sorted(part.name for part in parts)
    atomic.write(lake.folder / PACKED, msgspec.json.encode(names))
    for folder in (lake.parts, lake.logs):
        for path in folder.iterdir():
            if path.name not in names:
                path.unlink(missing_ok=True)

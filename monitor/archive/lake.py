"""The lake: a folder of Parquet files with one row a call, each written whole or not at all.

    LAKE/lake.key           the key of all ids and pseudonyms; whoever has it can try out names
    LAKE/calls/ab/ID.parquet    the row of one call; ID is its keyed hash, so no call is there twice
    LAKE/parts/….parquet    rows of many calls, packed together, without logs; PACKED lists the parts that count
    LAKE/logs/….parquet     the logs of the part of the same name
    LAKE/runs/….jsonl       what each run planned and finished, see `monitor.archive.runs`
    LAKE/locks/ID           held while a call is analysed

A call's own file outweighs its row in a part: it is newer. Parts never share a call.
"""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from monitor.archive.columns import CALL, LOG, schema
from monitor.archive.errors import LakeError
from monitor.archive.packed_calls import may_hold
from monitor.base import atomic
from monitor.call import lock
from monitor.export.tables.column import Row

if TYPE_CHECKING:
    import pyarrow as pa

KEY = "lake.key"
KEY_BYTES = 32
PACKED = "parts.json"
"""A JSON array with the names of the parts that count; replaced in one step."""
WAIT_S = 10.0
"""For another machine that is creating the key."""


class Lake:
    """One lake.

    Args:
        folder: of the lake; made if it is missing.

    Raises:
        LakeError: it can't be made or read, or pyarrow is not installed.
    """

    def __init__(self, folder: Path) -> None:
        try:
            import pyarrow.parquet as pq  # an extra, and large
        except ImportError as error:
            raise LakeError("A lake needs pyarrow: install it with pip install 'tone-monitor[parquet]'.") from error
        self.folder = folder
        self.calls, self.parts, self.runs = folder / "calls", folder / "parts", folder / "runs"
        self.logs = folder / "logs"
        self._locks = folder / "locks"
        self._parquet = pq
        with using(folder):
            for inner in (self.calls, self.parts, self.logs, self.runs, self._locks):
                atomic.make_folder(inner)
            if not (folder / KEY).exists() and (self.packed() or any(self.own_calls())):
                raise LakeError(
                    f"The key {folder / KEY} is missing. Restore it from a copy: without it, no call of the lake is "
                    "recognized."
                )
            self.secret = _secret(folder / KEY)

    def path(self, call: str) -> Path:
        """The file of a call's own row."""
        return self.calls / call[:2] / f"{call}.parquet"

    def own_calls(self) -> Iterator[str]:
        """The calls that have files of their own."""
        with using(self.folder):
            yield from (path.stem for path in self.calls.glob("??/*.parquet"))

    def present(self) -> set[str]:
        """All calls of the lake."""
        found = set(self.own_calls())
        with using(self.folder):
            for part in self.packed():
                found.update(
                    self._parquet.read_table(part, columns=[CALL.name], partitioning=None)[CALL.name].to_pylist()
                )
        return found

    def tidy(self) -> None:
        """Delete what runs that were killed have left half written."""
        with using(self.folder):
            for folder in (self.folder, self.parts, *self.calls.glob("??")):
                for half in atomic.leftovers(folder):
                    half.unlink(missing_ok=True)

    def packed(self) -> tuple[Path, ...]:
        """The parts that count."""
        with using(self.folder):
            try:
                names = msgspec.json.decode((self.folder / PACKED).read_bytes(), type=list[str])
            except FileNotFoundError:
                return ()
            except (ValueError, RecursionError) as error:
                raise LakeError(f"{self.folder / PACKED} is damaged. Restore it, or delete the lake.") from error
        return tuple(self.parts / name for name in names)

    def row(self, call: str, columns: Sequence[str] | None = None) -> Row | None:
        """The row of a call, its own before that in a part; None if there is none.

        Args:
            call: its id.
            columns: to read; all if None.
        """
        path = self.path(call)
        with using(self.folder):
            if path.exists():
                return self._first(path, columns)
            for part in self.packed():
                if may_hold(part, call) and (
                    found := self._first(part, columns and [name for name in columns if name != LOG], call)
                ):
                    logs = columns is None or LOG in columns
                    return found | ((self._first(self.logs / part.name, None, call) or {}) if logs else {})
        return None

    def put(self, row: Row) -> None:
        """Write the row of a call, in place of the one that is there."""
        import pyarrow as pa

        kind = schema()
        table = pa.Table.from_pylist([row], schema=kind)
        with using(self.folder), atomic.replacing(self.path(row[CALL.name])) as file:
            # Statistics and dictionaries of a single row only cost space.
            self._parquet.write_table(table, file, compression="zstd", use_dictionary=False, write_statistics=False)

    @contextmanager
    def working_on(self, call: str) -> Iterator[bool]:
        """Let no other worker of this lake analyse a call meanwhile; False if one does already.

        Where the file system has no locks, two may do the same work; both write the same row.
        """
        path = self._locks / call
        with using(self.folder):
            path.touch(mode=0o600)
        try:
            held = lock.hold_file(path, 0.0)
        except lock.HeldError:
            yield False
            return
        with held:
            try:
                yield True
            finally:
                with suppress(OSError):
                    path.unlink()

    def _first(self, path: Path, columns: Sequence[str] | None, call: str = "") -> Row | None:
        filters = [(CALL.name, "=", call)] if call else None
        table: pa.Table = self._parquet.read_table(
            path, columns=list(columns) if columns else None, filters=filters, partitioning=None
        )
        found: list[Row] = table.to_pylist()
        return found[0] if found else None


def existing_lake(folder: Path) -> Lake:
    """A lake that is there: a question must not make an empty one and answer from it.

    Raises:
        LakeError: it is none, or it can't be read.
    """
    if not (folder / "runs").is_dir():
        raise LakeError(f"{folder} is no lake. Choose the folder that was given to `analyze --lake`.")
    return Lake(folder)


@contextmanager
def using(folder: Path) -> Iterator[None]:
    """Turn what goes wrong on the disk of a lake into its sentence.

    Raises:
        LakeError: it did.
    """
    import pyarrow as pa

    try:
        yield
    except (OSError, pa.ArrowException, UnicodeDecodeError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or type(error).__name__
        raise LakeError(
            f"Can't use the lake {folder}: {reason}. Free some disk space, change its permissions, or choose another "
            "folder with --lake."
        ) from error


def _secret(path: Path) -> bytes:
    """The key of a lake; whichever of several machines comes first creates it."""
    until_s = time.monotonic() + WAIT_S
    with suppress(FileExistsError):
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | atomic.NO_LINK, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
    while len(found := path.read_bytes()) != KEY_BYTES:
        if time.monotonic() > until_s:
            raise LakeError(f"The key {path} is damaged. Restore it: without it, no call of the lake is recognised.")
        time.sleep(0.05)
    return found

"""What is particular to SQLite: a file of its own, and who may write to it when."""

from __future__ import annotations

import os
import sqlite3
import time
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL

from monitor.base import atomic
from monitor.catalogue.errors import CatalogueError

ALONE: dict[str, Any] = {"alone": True}
"""Execution options of a transaction that writes, and waits for others who do before it begins."""
AT_MOST_S = 5.0
AGAIN_S = 0.02


def prepare(path: Path, *, anew: bool) -> None:
    """Make the file, its owner's alone, if it is missing.

    Args:
        path: of the database.
        anew: even if it is there.

    Raises:
        CatalogueError: it cannot be written.
    """
    try:
        atomic.make_folder(path.parent)
        if anew:
            for part in (path, path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")):
                part.unlink(missing_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        raise CatalogueError(
            f"Can't write the catalogue {path}: {error.strerror or error}. Change its permissions, or choose another "
            "calls folder with --calls or TONE_MONITOR_CALLS."
        ) from error


def engine(where: URL, wait_s: float) -> Engine:
    """Make the engine of a file.

    Args:
        where: its URL.
        wait_s: for another program that is writing, before giving up.
    """
    made = create_engine(where, hide_parameters=True, connect_args={"timeout": wait_s})
    event.listen(made, "connect", _set_up)
    event.listen(made, "begin", _begin)
    return made


def _set_up(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None
    _write_ahead(connection)
    # What is deleted is overwritten: it may be words whose time is up.
    for pragma in ("synchronous = NORMAL", "foreign_keys = ON", "secure_delete = ON"):
        connection.execute(f"PRAGMA {pragma}")


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Let readers go on while somebody writes, where the file system can do it.

    Of several programs that open a new file one does this, and the others are not made to wait but turned away.
    """
    until_s = time.monotonic() + AT_MOST_S
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError:
            if time.monotonic() > until_s:
                raise
            time.sleep(AGAIN_S)
        else:
            return


def _begin(connection: Connection) -> None:
    """Begin a transaction, which Python's own module would do too late for changes of tables."""
    alone = connection.get_execution_options().keys() >= ALONE.keys()
    connection.exec_driver_sql("BEGIN IMMEDIATE" if alone else "BEGIN")

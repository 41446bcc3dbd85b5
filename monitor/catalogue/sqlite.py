"""What is particular to SQLite: who may write when, and connections that follow the file they were made to."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, ExceptionContext
from sqlalchemy.exc import DatabaseError, DisconnectionError

from monitor.catalogue import sqlite_file

ALONE: dict[str, Any] = {"alone": True}
"""Execution options of a transaction that writes, and waits for others who do before it begins."""
AT_MOST_S = 5.0
AGAIN_S = 0.02

_DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_LOST = _DAMAGED | {sqlite3.SQLITE_ERROR, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN}
"""Errors of a file or of tables that are not what they were when the connection was made."""


def engine(where: URL, wait_s: float) -> Engine:
    """Make the engine of a file. It makes the file if it is missing, and connects again to one that was replaced.

    Args:
        where: its URL.
        wait_s: for another program that is writing, before giving up.
    """
    path = _path(where)
    # Not to be created by SQLite, which would make it readable by others.
    never_created = where.set(database=path.as_uri()).update_query_dict({"mode": "rw", "uri": "true"})
    made = create_engine(never_created, hide_parameters=True, connect_args={"timeout": wait_s})

    def have_file(_dialect: object, record: Any, *_arguments: object) -> None:  # noqa: ANN401 - a record of the pool
        sqlite_file.make(path)
        record.info["file"] = sqlite_file.identity(path)  # before it is opened: too old does no harm, too new would

    def same_file(_connection: object, record: Any, _proxy: object) -> None:  # noqa: ANN401 - same
        if record.info["file"] != sqlite_file.identity(path):
            raise DisconnectionError("The file was replaced.")

    event.listen(made, "do_connect", have_file)
    event.listen(made, "connect", _set_up)
    event.listen(made, "checkout", same_file)
    event.listen(made, "begin", _begin)
    event.listen(made, "handle_error", _connect_again)
    return made


def replace_damaged(engine: Engine, where: URL) -> None:
    """Put an empty file in the place of one that is not a sound database.

    Raises:
        CatalogueError: it cannot be replaced.
        SQLAlchemyError: it cannot be looked at, which is not damage.
    """
    before = sqlite_file.identity(_path(where))
    try:
        with engine.connect() as connection:
            if connection.exec_driver_sql("PRAGMA quick_check(1)").scalar() == "ok":
                return
    except DatabaseError as error:
        if _code(error.orig) not in _DAMAGED:
            raise
    engine.dispose()
    sqlite_file.replace(_path(where), before)


def _path(where: URL) -> Path:
    return Path(where.database or "").resolve()


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


def _connect_again(context: ExceptionContext) -> None:
    """Drop connections to what is not there any more, so that the next question goes to what is."""
    if _code(context.original_exception) in _LOST:
        context.is_disconnect = True


def _code(error: BaseException | None) -> int:
    """SQLite's primary result code; 0 if it has none."""
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF

"""Opens a catalogue: SQLite in the calls folder, or the database that a URL names."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import Connection, Engine, create_engine, event, func, inspect, select, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from monitor.catalogue.errors import CatalogueError
from monitor.catalogue.schema import NAMESPACE, VERSION, about, metadata

FILE = "catalogue.sqlite"
WAIT_S = 5.0
"""For another program that is writing, before giving up."""
AGAIN_S = 0.02
_LOCK = 0x746F6E65
"""A number that nobody else locks in the same database."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """An open catalogue; close it, or use it in a with statement."""

    root: Path
    """The folder of all calls that it indexes."""
    engine: Engine
    fresh: bool
    """Whether it was made just now and is empty."""

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Ask it something.

        Raises:
            CatalogueError: it does not answer.
        """
        with _telling(self.engine.url), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Change it, wholly or not at all.

        Raises:
            CatalogueError: it does not take the change.
        """
        alone = self.engine.execution_options(alone=True)
        with _telling(self.engine.url), alone.begin() as connection:
            yield connection

    def close(self) -> None:
        """Let go of the database."""
        self.engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_catalogue(root: Path, url: str = "", *, anew: bool = False) -> Catalogue:
    """Open the catalogue of a calls folder; make it if it is missing or of another version.

    Args:
        root: the folder of all calls; made if it is missing.
        url: SQLAlchemy URL of a SQLite or PostgreSQL database; catalogue.sqlite in the folder if empty.
        anew: forget what it holds.

    Raises:
        CatalogueError: it cannot be opened.
    """
    where = _where(root, url)
    if where.get_backend_name() == "sqlite" and where.database:
        _prepare(Path(where.database), anew=anew)
    with _telling(where):
        engine = _engine(where)
        try:
            with engine.begin() as connection:
                fresh = anew or not _is_current(connection)
            if fresh:
                with engine.execution_options(alone=True).begin() as connection:
                    _make(connection, anew=anew)
        except BaseException:
            engine.dispose()
            raise
    return Catalogue(root, engine, fresh)


def _where(root: Path, url: str) -> URL:
    if not url:
        return URL.create("sqlite", database=str(root / FILE))
    try:
        where = make_url(url)
    except ArgumentError:
        where = None
    if where is None or where.get_backend_name() not in {"sqlite", "postgresql"} or not where.database:
        raise CatalogueError(
            "The setting calls.catalogue is no URL of a SQLite or PostgreSQL database: "
            "write postgresql://user@host/database, or leave it out."
        )
    return where.set(drivername="postgresql+psycopg") if where.get_backend_name() == "postgresql" else where


def _prepare(path: Path, *, anew: bool) -> None:
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if anew:
            for part in (path, path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")):
                part.unlink(missing_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        raise CatalogueError(
            f"The catalogue {path} cannot be written ({error.strerror or error}): allow it, or name another calls "
            "folder with --calls or TONE_MONITOR_CALLS."
        ) from error


def _engine(where: URL) -> Engine:
    if where.get_backend_name() == "sqlite":
        engine = create_engine(where, hide_parameters=True, connect_args={"timeout": WAIT_S})
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    options = {"options": f"-c search_path={NAMESPACE}", "connect_timeout": int(WAIT_S)}
    try:
        return create_engine(where, hide_parameters=True, connect_args=options)
    except ModuleNotFoundError as error:
        raise CatalogueError(
            "The catalogue is in a PostgreSQL database, and psycopg is not installed: install tone-monitor[postgresql]."
        ) from error


def _set_up_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None
    _write_ahead(connection)
    # What is deleted is overwritten: it may be words whose time is up.
    for pragma in ("synchronous = NORMAL", "foreign_keys = ON", "secure_delete = ON"):
        connection.execute(f"PRAGMA {pragma}")


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Let readers go on while somebody writes, where the file system can do it.

    Of several programs that open a new file one does this, and the others are not made to wait but turned away.
    """
    until_s = time.monotonic() + WAIT_S
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError:
            if time.monotonic() > until_s:
                raise
            time.sleep(AGAIN_S)
        else:
            return


def _begin_sqlite(connection: Connection) -> None:
    """Begin a transaction, which Python's own module would do too late for changes of tables."""
    alone = connection.get_execution_options().get("alone")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if alone else "BEGIN")


def _is_current(connection: Connection) -> bool:
    if not inspect(connection).has_table(about.name):
        return False
    return connection.execute(select(about.c.version)).scalars().all() == [VERSION]


def _make(connection: Connection, *, anew: bool) -> None:
    """Make the tables, unless another program has done so in the meantime."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(VERSION, _LOCK)))
    if not anew and _is_current(connection):
        return
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"DROP SCHEMA IF EXISTS {NAMESPACE} CASCADE"))
        connection.execute(text(f"CREATE SCHEMA {NAMESPACE}"))
    else:
        connection.execute(text("DROP VIEW IF EXISTS daily"))
        connection.execute(text("DROP TABLE IF EXISTS words_index"))
        metadata.drop_all(connection)
    metadata.create_all(connection)
    connection.execute(about.insert().values(version=VERSION))


@contextmanager
def _telling(where: URL) -> Iterator[None]:
    """Turn what a database says into a sentence, without the values it was given: they may be words of a call."""
    try:
        yield
    except SQLAlchemyError as error:
        said = str(getattr(error, "orig", None) or type(error).__name__).partition("\n")[0].rstrip(".")
        name = where.database if where.get_backend_name() == "sqlite" else where.render_as_string(hide_password=True)
        raise CatalogueError(
            f"The catalogue {name} cannot be used ({said}): try again, or make it anew from the call folders with "
            "`tone-monitor reindex --all`."
        ) from error

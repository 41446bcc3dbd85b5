"""Opens a catalogue: SQLite in the calls folder, or the database that a URL names."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import Connection, Engine, create_engine, func, inspect, select, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from monitor.catalogue import sqlite
from monitor.catalogue.errors import CatalogueError
from monitor.catalogue.schema import NAMESPACE, VERSION, about, metadata

FILE = "catalogue.sqlite"
WAIT_S = 5.0
"""For another program that is writing, before giving up."""
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
        alone = self.engine.execution_options(**sqlite.ALONE)
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
        sqlite.prepare(Path(where.database), anew=anew)
    with _telling(where):
        engine = _engine(where)
        try:
            with engine.begin() as connection:
                fresh = anew or not _is_current(connection)
            if fresh:
                with engine.execution_options(**sqlite.ALONE).begin() as connection:
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
            "The setting calls.catalogue is not the URL of a SQLite or PostgreSQL database. "
            "Write postgresql://user@host/database, or leave it out."
        )
    return where.set(drivername="postgresql+psycopg") if where.get_backend_name() == "postgresql" else where


def _engine(where: URL) -> Engine:
    if where.get_backend_name() == "sqlite":
        return sqlite.engine(where, WAIT_S)
    options = {"options": f"-c search_path={NAMESPACE}", "connect_timeout": int(WAIT_S)}
    try:
        return create_engine(where, hide_parameters=True, connect_args=options)
    except ModuleNotFoundError as error:
        raise CatalogueError(
            "The catalogue is a PostgreSQL database, but psycopg is not installed. Install tone-monitor[postgresql]."
        ) from error


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
            f"Can't use the catalogue {name}: {said}. Try again, or rebuild it from the call folders with "
            "`tone-monitor reindex --all`."
        ) from error

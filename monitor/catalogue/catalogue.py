"""Opens a catalogue: SQLite in the calls folder, or the database that a URL names."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from sqlalchemy import Connection, Engine, delete, select, update
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from monitor.catalogue import postgres, sqlite, versions
from monitor.catalogue.errors import CatalogueError, LostError
from monitor.catalogue.schema import calls, sites
from monitor.catalogue.site import site_of
from monitor.catalogue.team import refusals

FILE = "catalogue.sqlite"
WAIT_S = 5.0
"""For another program that is writing, before giving up."""
_CHECKED = "tables are there"

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Catalogue:
    """An open catalogue: close it, or use it in a with statement."""

    root: Path
    """The folder of all calls that it indexes."""
    site: str
    """The folder's id: only the rows of this site are shown and changed."""
    engine: Engine
    where: URL
    """Of the database."""
    shared: bool
    """Whether it may hold the calls of other folders, too."""

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection for reading.

        Raises:
            CatalogueError: it can't be read.
        """
        with sentences(name_of(self.where)), self.engine.connect() as connection:
            self._check(connection)
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A connection for changes, which are made completely or not at all.

        Raises:
            CatalogueError: it can't be changed.
        """
        alone = self.engine.execution_options(**sqlite.ALONE)
        with sentences(name_of(self.where)), alone.connect() as connection:
            self._check(connection)
            with connection.begin():
                if connection.dialect.name == "postgresql":
                    postgres.lock_site(connection, self.site)
                yield connection

    def is_filled(self) -> bool:
        """Whether all calls of the folder have been read since the tables were made.

        Raises:
            CatalogueError: it does not answer.
        """
        with self.reading() as connection:
            filled = select(sites.c.filled).where(sites.c.site == self.site)
            return bool(connection.execute(filled).scalar())

    def set_filled(self) -> None:
        """Note that all calls of the folder have been read.

        Raises:
            CatalogueError: it does not take the change.
        """
        with self.writing() as connection:
            connection.execute(update(sites).where(sites.c.site == self.site).values(filled=True))

    def clear(self) -> None:
        """Forget the calls of the folder. A SQLite file is made again, wholly, and replaced if it is damaged.

        Raises:
            CatalogueError: it cannot be used.
        """
        if self.engine.dialect.name == "sqlite":
            with sentences(name_of(self.where)):
                sqlite.replace_damaged(self.engine, self.where)
                versions.make_again(self.engine)
        with self.writing() as connection:
            connection.execute(update(sites).where(sites.c.site == self.site).values(filled=False))
            connection.execute(delete(calls).where(calls.c.site == self.site))

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _check(self, connection: Connection) -> None:
        """Look once for each connection whether the tables are there: the file of SQLite may be a new one."""
        if _CHECKED in connection.info:
            return
        versions.prepare(self.engine, connection, self.site, name=name_of(self.where), shared=self.shared)
        connection.rollback()
        connection.info[_CHECKED] = True


def open_catalogue(root: Path, url: str = "", *, anew: bool = False) -> Catalogue:
    """Open the catalogue of a calls folder; make it if it is missing, and in SQLite if it is of another version.

    Args:
        root: the folder of all calls; created if missing.
        url: SQLAlchemy URL of a SQLite or PostgreSQL database; catalogue.sqlite in the folder if empty.
        anew: forget what it holds of this folder's calls.

    Raises:
        CatalogueError: it cannot be opened, or is of another version in PostgreSQL.
    """
    where = parsed(url) if url else URL.create("sqlite", database=str(root / FILE))
    of = sqlite.engine if where.get_backend_name() == "sqlite" else postgres.engine
    catalogue = Catalogue(root, site_of(root), of(where, WAIT_S), where, shared=bool(url))
    try:
        if anew:
            catalogue.clear()
        with catalogue.reading():
            return catalogue
    except BaseException:
        catalogue.close()
        raise


def persistent(ask: Callable[[], Answer]) -> Answer:
    """Ask a catalogue that has been open for long, and once more if it was replaced in the meantime.

    Raises:
        CatalogueError: it does not answer.
    """
    try:
        return ask()
    except LostError:
        return ask()


def parsed(url: str) -> URL:
    """Read the setting calls.catalogue.

    Raises:
        CatalogueError: it is no URL of a database that can be used.
    """
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


def name_of(where: URL) -> str:
    """A database's name for people, without its password."""
    return str(where.database) if where.get_backend_name() == "sqlite" else where.render_as_string(hide_password=True)


@contextmanager
def sentences(name: str) -> Iterator[None]:
    """Turn what a database says into a sentence, without the values it was given: they may be words of a call.

    Raises:
        LostError: the connection is of no use any more.
        CatalogueError: anything else went wrong.
    """
    try:
        yield
    except SQLAlchemyError as error:
        kind = LostError if getattr(error, "connection_invalidated", False) else CatalogueError
        raise kind(refusals.sentence(name, error)) from error

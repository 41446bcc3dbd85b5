"""Sees that a database has the tables of this version: SQLite's are made again, PostgreSQL's never changed."""

from __future__ import annotations

from sqlalchemy import Connection, Engine, inspect, select, text

from monitor.catalogue import postgres, sqlite
from monitor.catalogue.schema import VERSION, about, metadata, sites
from monitor.catalogue.team import roles


def prepare(engine: Engine, connection: Connection, site: str, *, name: str, shared: bool) -> None:
    """Make the tables if they are missing, and note the site.

    Args:
        engine: of the database.
        connection: to it, in no transaction; it is in none afterwards.
        site: whose calls are to be listed.
        name: of the database, for people.
        shared: whether calls of other sites may be listed, too.

    Raises:
        CatalogueError: in PostgreSQL they are of another version, or the site is another login's.
    """
    if connection.dialect.name == "postgresql":
        there = postgres.has_tables(connection, name)
        connection.rollback()
        if not there:
            postgres.make_tables(engine, name)
        if roles.enter(connection, site, name):
            return
    else:
        there = _is_usable(connection, site, shared=shared)
        connection.rollback()
        if not there:
            make_again(engine, site, shared=shared)
    noted = connection.execute(select(sites.c.site).where(sites.c.site == site)).scalar()
    connection.rollback()
    if noted is None:
        add = text("INSERT INTO sites (site, filled) VALUES (:site, false) ON CONFLICT DO NOTHING")
        with engine.execution_options(**sqlite.ALONE).begin() as writing:
            writing.execute(add, {"site": site})


def make_again(engine: Engine, site: str = "", *, shared: bool = False) -> None:
    """Make the tables of SQLite in place of all there are.

    Args:
        engine: of the database.
        site: leave them if another program has made those of this site in the meantime; empty to make them anyway.
        shared: as for `prepare`.
    """
    with engine.execution_options(**sqlite.ALONE).begin() as connection:
        if site and _is_usable(connection, site, shared=shared):
            return
        connection.execute(text("DROP VIEW IF EXISTS daily"))
        connection.execute(text("DROP TABLE IF EXISTS words_index"))
        metadata.drop_all(connection)
        metadata.create_all(connection)
        connection.execute(about.insert().values(version=VERSION))


def _is_usable(connection: Connection, site: str, *, shared: bool) -> bool:
    if not inspect(connection).has_table(about.name):
        return False
    if connection.execute(select(about.c.version)).scalars().all() != [VERSION]:
        return False
    # A folder that was given a new id: nobody would ever remove the rows of the old one.
    return shared or set(connection.execute(select(sites.c.site)).scalars()) <= {site}

"""What is particular to PostgreSQL: a schema that programs of several desks and versions share."""

from __future__ import annotations

from sqlalchemy import BigInteger, Connection, Engine, MetaData, create_engine, func, inspect, literal, select, text
from sqlalchemy.engine import URL

from monitor.catalogue.errors import CatalogueError
from monitor.catalogue.schema import FIRST_NAMESPACE, NAMESPACE, VERSION, about, metadata

LOCK = 0x746F6E65
"""A number that nobody else locks in the same database."""


def engine(where: URL, wait_s: float) -> Engine:
    """Make the engine of a database; a connection that is lost is made again.

    Args:
        where: its URL.
        wait_s: for its answer to a connection, before giving up.

    Raises:
        CatalogueError: psycopg is not installed.
    """
    options = {"options": f"-c search_path={NAMESPACE}", "connect_timeout": int(wait_s)}
    try:
        return create_engine(where, hide_parameters=True, connect_args=options, pool_pre_ping=True)
    except ModuleNotFoundError as error:
        raise CatalogueError(
            "The catalogue is a PostgreSQL database, but psycopg is not installed. Install tone-monitor[postgresql]."
        ) from error


def lock_all(connection: Connection) -> None:
    """Keep others from making or upgrading the tables, until the transaction ends."""
    connection.execute(select(func.pg_advisory_xact_lock(literal(LOCK, BigInteger))))


def lock_site(connection: Connection, site: str) -> None:
    """Keep others from changing the rows of a site, until the transaction ends.

    Two programs that list the same call again would both remove its old row, and both add one.
    """
    connection.execute(select(func.pg_advisory_xact_lock(LOCK, func.hashtext(site))))


def has_tables(connection: Connection, name: str) -> bool:
    """Whether the tables are there; False if there are none of any version.

    Args:
        connection: to the database.
        name: of the database, for people.

    Raises:
        CatalogueError: they are of another version.
    """
    found = version(connection)
    if found == VERSION:
        return True
    if found is None:
        return False
    if found > VERSION:
        raise CatalogueError(
            f"The catalogue {name} belongs to a newer version of Tone Monitor. Update Tone Monitor on this machine; "
            "the catalogue stays as it is."
        )
    raise CatalogueError(
        f"The catalogue {name} belongs to an older version of Tone Monitor. Upgrade it once, for all desks, with "
        "`tone-monitor catalogue upgrade`; until then it stays as it is."
    )


def version(connection: Connection) -> int | None:
    """The version of the tables, in the schema of today or the first one; None if there are none."""
    for namespace in (NAMESPACE, FIRST_NAMESPACE):
        if inspect(connection).has_table(about.name, schema=namespace):
            there = about.to_metadata(MetaData(), schema=namespace)
            return int(connection.execute(select(func.coalesce(func.max(there.c.version), 0))).scalar_one())
    return None


def make_tables(engine: Engine, name: str) -> None:
    """Make the tables, unless another program has done so in the meantime.

    Raises:
        CatalogueError: the other program is of another version.
    """
    with engine.begin() as connection:
        lock_all(connection)
        if not has_tables(connection, name):
            connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {NAMESPACE}"))
            metadata.create_all(connection)
            connection.execute(about.insert().values(version=VERSION))

"""Puts calls into the catalogue and takes them out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, delete, text

from monitor.catalogue import schema
from monitor.catalogue.catalogue import Catalogue
from monitor.catalogue.folder_reader import FolderReader
from monitor.catalogue.rows import Rows

AT_ONCE = 500
"""Names in one statement."""


def refresh(catalogue: Catalogue, folder: Path) -> None:
    """List a call as its folder is now; one that is gone is listed no more.

    Raises:
        CallFolderError: it is there and is no folder of a call.
        CatalogueError: the catalogue does not take it.
    """
    if folder.exists():
        put(catalogue, [FolderReader(folder).read()])
    else:
        remove(catalogue, [f"{folder.parent.name}/{folder.name}"])


def put(catalogue: Catalogue, calls: Sequence[Rows]) -> None:
    """List calls, in place of what was listed of them before: all of them or none.

    Raises:
        CatalogueError: the catalogue does not take them.
    """
    if calls:
        with catalogue.writing() as connection:
            _remove(connection, catalogue.site, [one.call.folder for one in calls])
            _insert(connection, catalogue.site, calls)


def remove(catalogue: Catalogue, folders: Sequence[str]) -> None:
    """List calls no more.

    Raises:
        CatalogueError: the catalogue does not take it.
    """
    with catalogue.writing() as connection:
        _remove(connection, catalogue.site, folders)


def forget_deleted(catalogue: Catalogue) -> None:
    """Leave nothing of deleted words in the files of the catalogue.

    Raises:
        CatalogueError: the catalogue does not take it.
    """
    if catalogue.engine.dialect.name == "sqlite":
        with catalogue.writing() as connection:
            connection.execute(text("INSERT INTO words_index(words_index) VALUES ('optimize')"))
        with catalogue.reading() as connection:
            connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
    else:
        with catalogue.reading() as connection:
            outside = connection.execution_options(isolation_level="AUTOCOMMIT")
            for table in (schema.words, schema.marks):
                outside.execute(text(f"VACUUM {table.name}"))


def tidy(catalogue: Catalogue) -> None:
    """Let the database look at what it holds now, so that it answers quickly: after many changes.

    Raises:
        CatalogueError: the catalogue does not take it.
    """
    with catalogue.writing() as connection:
        connection.execute(text("ANALYZE"))
        if catalogue.engine.dialect.name == "postgresql":
            # Words wait beside the index until somebody sorts them in; nobody who asks should.
            connection.execute(text("SELECT gin_clean_pending_list('words_index')"))


def _remove(connection: Connection, site: str, folders: Sequence[str]) -> None:
    """Remove calls, listed by this site or before there were sites: the names of folders are random enough."""
    calls = schema.calls.c
    mine = calls.site.in_((site, schema.NOBODY))
    for first in range(0, len(folders), AT_ONCE):
        connection.execute(delete(schema.calls).where(mine, calls.folder.in_(folders[first : first + AT_ONCE])))


def _insert(connection: Connection, site: str, calls: Sequence[Rows]) -> None:
    made = connection.execute(
        schema.calls.insert().returning(schema.calls.c.folder, schema.calls.c.key),
        [{**_values(one.call), "agent_folded": one.call.agent.casefold(), "site": site} for one in calls],
    )
    keys = {row.folder: row.key for row in made}
    for table, name in ((schema.flags, "flags"), (schema.prompts, "prompts"), (schema.marks, "marks")):
        values = [{"call": keys[one.call.folder], **_values(row)} for one in calls for row in getattr(one, name)]
        if values:
            connection.execute(table.insert(), values)
    said = [{"call": keys[one.call.folder], "text": one.words, "site": site} for one in calls if one.words]
    if said:
        connection.execute(schema.words.insert(), said)


def _values(row: Any) -> dict[str, Any]:  # noqa: ANN401 - any of the row types
    return {field.name: getattr(row, field.name) for field in fields(row)}

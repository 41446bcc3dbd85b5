"""Adds calls to the catalogue and removes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, delete, text

from monitor.base.fold import fold
from monitor.catalogue import schema
from monitor.catalogue.catalogue import Catalogue
from monitor.catalogue.folder_reader import FolderReader
from monitor.catalogue.rows import Rows
from monitor.catalogue.team import roles

AT_ONCE = 500
"""Names in one statement."""


def refresh(catalogue: Catalogue, folder: Path) -> None:
    """List a call as its folder is now; remove it if the folder is gone.

    Raises:
        CallFolderError: the folder is there but is not that of a call.
        CatalogueError: the catalogue can't be changed.
    """
    if folder.exists():
        put(catalogue, [FolderReader(folder).read()])
    else:
        remove(catalogue, [f"{folder.parent.name}/{folder.name}"])


def moved(catalogue: Catalogue, before: Sequence[str], folder: Path) -> None:
    """List a call under its new folder, in one step: at no moment is it listed twice or not at all.

    Args:
        catalogue: that lists it.
        before: the folders it has had, within the folder of all calls.
        folder: its folder now.

    Raises:
        CallFolderError: the folder is not that of a call.
        CatalogueError: the catalogue can't be changed.
    """
    found = FolderReader(folder).read()
    with catalogue.writing() as connection:
        _remove(connection, catalogue.site, [*before, found.call.folder])
        _insert(connection, catalogue.site, [found])


def put(catalogue: Catalogue, calls: Sequence[Rows]) -> None:
    """List calls, replacing what was listed about them: all of them or none.

    Raises:
        CatalogueError: the catalogue can't be changed.
    """
    if calls:
        with catalogue.writing() as connection:
            _remove(connection, catalogue.site, [one.call.folder for one in calls])
            _insert(connection, catalogue.site, calls)


def remove(catalogue: Catalogue, folders: Sequence[str]) -> None:
    """Remove calls from the list.

    Raises:
        CatalogueError: the catalogue can't be changed.
    """
    with catalogue.writing() as connection:
        _remove(connection, catalogue.site, folders)


def forget_deleted(catalogue: Catalogue) -> None:
    """Remove every trace of deleted calls and words from the files of the catalogue.

    Raises:
        CatalogueError: the catalogue can't be changed.
    """
    if catalogue.engine.dialect.name == "sqlite":
        with catalogue.writing() as connection:
            connection.execute(text("INSERT INTO words_index(words_index) VALUES ('optimize')"))
    _clean(catalogue, schema.words, schema.marks, schema.calls)


def forget_corrected(catalogue: Catalogue) -> None:
    """Remove every trace of names that were corrected: without the words, which takes long in a large catalogue.

    Raises:
        CatalogueError: the catalogue can't be changed.
    """
    _clean(catalogue, schema.calls)


def _clean(catalogue: Catalogue, *tables: Table) -> None:
    with catalogue.reading() as connection:
        if connection.dialect.name == "sqlite":
            connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
            return
        outside = connection.execution_options(isolation_level="AUTOCOMMIT")
        for table in tables:  # of others' tables, PostgreSQL does nothing: see `team.policies`
            outside.execute(text(f"VACUUM {table.name}"))


def tidy(catalogue: Catalogue) -> None:
    """Update the database's statistics after many changes, so that it answers quickly.

    Raises:
        CatalogueError: the catalogue can't be changed.
    """
    with catalogue.writing() as connection:
        if roles.role(connection):
            connection.execute(text("SELECT tidy()"))  # as the owner of the tables, which a desk's login is not
            return
        connection.execute(text("ANALYZE"))
        if catalogue.engine.dialect.name == "postgresql":
            # New words wait outside the index until somebody sorts them in; a query should not have to.
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
        [{**_values(one.call), **_derived(one), "site": site} for one in calls],
    )
    keys = {row.folder: row.key for row in made}
    for table, name in ((schema.flags, "flags"), (schema.prompts, "prompts"), (schema.marks, "marks")):
        values = [{"call": keys[one.call.folder], **_values(row)} for one in calls for row in getattr(one, name)]
        if values:
            connection.execute(table.insert(), values)
    parts = [
        {"call": keys[one.call.folder], **_values(part), **_named(part.agent)} for one in calls for part in one.parts
    ]
    if parts:
        connection.execute(schema.parts.insert(), parts)
    said = [{"call": keys[one.call.folder], "text": one.words, "site": site} for one in calls if one.words]
    if said:
        connection.execute(schema.words.insert(), said)


def _derived(one: Rows) -> dict[str, Any]:
    """What calls are found and sorted by, besides the values that are shown."""
    return {
        **_named(one.call.agent),
        "customer_folded": fold(one.call.customer),
        "reviewer_folded": fold(one.call.reviewed_by),
        "tags_folded": schema.listed(one.tags),
        "attributes_folded": schema.listed(one.attributes),
        "worst_rate": one.call.worst_rate,
    }


def _named(agent: str) -> dict[str, str]:
    return {"agent_folded": fold(agent), "agent_exact": agent.casefold()}


def _values(row: Any) -> dict[str, Any]:  # noqa: ANN401 - any of the row types
    return {field.name: getattr(row, field.name) for field in fields(row)}

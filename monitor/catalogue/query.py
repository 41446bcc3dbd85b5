"""Asks the catalogue: which calls, in which order, and what is known of one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any, Literal, TypeVar

from sqlalchemy import Column, ColumnElement, Connection, ScalarSelect, Table, case, func, select, text

from monitor.catalogue import schema
from monitor.catalogue.catalogue import Catalogue
from monitor.catalogue.rows import SEVERITIES, CallRow, FlagRow, MarkRow, PromptRow
from monitor.catalogue.search import calls_with
from rules.model import Severity

Order = Literal["worst", "newest"]
"""What comes first; calls that nobody has reviewed come before all others."""

Row = TypeVar("Row", CallRow, FlagRow, PromptRow, MarkRow)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which calls are wanted; what is left out asks for nothing."""

    agent: str = ""
    """A piece of the name, in any case."""
    since: date | None = None
    until: date | None = None
    """The last day."""
    rule: str = ""
    """A rule that fired."""
    severity: Severity | None = None
    """At least one flag, not dismissed, as severe as this or severer."""
    flagged: bool = False
    """Only those in which the agent flagged a moment."""
    unreviewed: bool = False
    words: str = ""
    """What was said in them, see `searching.terms`."""


@dataclass(frozen=True, slots=True)
class Count:
    """How many calls there are."""

    calls: int
    unreviewed: int


@dataclass(frozen=True, slots=True)
class Details:
    """What is listed of one call, each in its order of time."""

    flags: tuple[FlagRow, ...]
    prompts: tuple[PromptRow, ...]
    marks: tuple[MarkRow, ...]


def calls(
    catalogue: Catalogue, wanted: Filter, order: Order = "worst", *, limit: int | None = None, first: int = 0
) -> tuple[CallRow, ...]:
    """List calls.

    Args:
        catalogue: to ask.
        wanted: which of them.
        order: in which order.
        limit: at most so many; None for all.
        first: leave out so many.

    Raises:
        CatalogueError: it does not answer.
    """
    table = schema.calls.c
    newest = (table.started_s.desc(), table.folder.desc())
    ranked = (table.worst.desc(), table.worst_count.desc(), *newest) if order == "worst" else newest
    with _reading(catalogue, wanted) as connection:
        query = (
            select(*_columns(CallRow, schema.calls))
            .where(*_conditions(catalogue, wanted))
            .order_by(table.reviewed, *ranked)
            .limit(limit)
            .offset(first)
        )
        return tuple(CallRow(*row) for row in connection.execute(query))


def count(catalogue: Catalogue, wanted: Filter) -> Count:
    """Count calls.

    Raises:
        CatalogueError: it does not answer.
    """
    unreviewed = func.coalesce(func.sum(case((schema.calls.c.reviewed, 0), else_=1)), 0)
    with _reading(catalogue, wanted) as connection:
        query = select(func.count(), unreviewed).select_from(schema.calls).where(*_conditions(catalogue, wanted))
        return Count(*connection.execute(query).one())


def unsearched(catalogue: Catalogue, wanted: Filter) -> int:
    """Count the sealed calls that may be wanted, for what was said in them is not listed; 0 if no words are sought.

    Raises:
        CatalogueError: it does not answer.
    """
    if not wanted.words:
        return 0
    besides = replace(wanted, words="")
    with catalogue.reading() as connection:
        query = (
            select(func.count())
            .select_from(schema.calls)
            .where(schema.calls.c.sealed, *_conditions(catalogue, besides))
        )
        return connection.execute(query).scalar_one()


def details(catalogue: Catalogue, folder: str) -> Details:
    """Say what is listed of one call; nothing if it is not listed.

    Args:
        catalogue: to ask.
        folder: within the folder of all calls.

    Raises:
        CatalogueError: it does not answer.
    """
    calls = schema.calls.c
    call = select(calls.key).where(calls.site == catalogue.site, calls.folder == folder).scalar_subquery()
    with catalogue.reading() as connection:
        return Details(
            _of(connection, call, FlagRow, schema.flags, "at_s"),
            _of(connection, call, PromptRow, schema.prompts, "since_s"),
            _of(connection, call, MarkRow, schema.marks, "at_s"),
        )


@contextmanager
def _reading(catalogue: Catalogue, wanted: Filter) -> Iterator[Connection]:
    with catalogue.reading() as connection:
        if wanted.words and connection.dialect.name == "postgresql":
            # It takes reading texts for free, and would rather read them all than use the index: see the schema. And
            # it would compile the query, which takes longer than to run it.
            connection.execute(text("SET LOCAL enable_seqscan = off"))
            connection.execute(text("SET LOCAL jit = off"))
        yield connection


def _of(connection: Connection, call: ScalarSelect[int], kind: type[Row], table: Table, time: str) -> tuple[Row, ...]:
    columns: list[Column[Any]] = _columns(kind, table)
    always_alike = [table.c[time], *(column for column in columns if not column.nullable)]
    query = select(*columns).where(table.c.call == call).order_by(*always_alike)
    return tuple(kind(*row) for row in connection.execute(query))


def _columns(kind: type[Any], table: Table) -> list[Column[Any]]:
    return [table.c[field.name] for field in fields(kind)]


def _conditions(catalogue: Catalogue, wanted: Filter) -> Iterator[ColumnElement[bool]]:
    table = schema.calls.c
    yield table.site == catalogue.site
    if wanted.agent:
        yield table.agent_folded.contains(wanted.agent.casefold(), autoescape=True)
    if wanted.since:
        yield table.day >= wanted.since.isoformat()
    if wanted.until:
        yield table.day <= wanted.until.isoformat()
    if wanted.rule:
        yield table.key.in_(select(schema.flags.c.call).where(schema.flags.c.rule == wanted.rule))
    if wanted.severity:
        yield table.worst >= SEVERITIES.index(wanted.severity)
    if wanted.flagged:
        yield table.flagged
    if wanted.unreviewed:
        yield ~table.reviewed
    if wanted.words:
        yield table.key.in_(calls_with(wanted.words, catalogue.engine.dialect, catalogue.site))

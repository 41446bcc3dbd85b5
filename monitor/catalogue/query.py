"""Queries of the catalogue: which calls, in which order, and the details of one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from typing import Any, Literal, TypeGuard, TypeVar

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    FromClause,
    ScalarSelect,
    Table,
    and_,
    case,
    func,
    or_,
    select,
    text,
    true,
)

from monitor.base.fold import fold
from monitor.catalogue import schema
from monitor.catalogue.catalogue import Catalogue
from monitor.catalogue.filter_values import Filter
from monitor.catalogue.rows import SEVERITIES, CallRow, FlagRow, MarkRow, PartRow, PromptRow
from monitor.catalogue.search import calls_with, number_up_to
from monitor.catalogue.team import roles

__all__ = ["Count", "Details", "Filter", "Order", "calls", "count", "details", "unsearched", "with_sound"]

Order = Literal["worst", "newest"]
"""What comes first; calls that nobody has reviewed come before all others."""

MANY = 5_000
Row = TypeVar("Row", CallRow, FlagRow, PromptRow, MarkRow)


@dataclass(frozen=True, slots=True)
class Count:
    """How many calls match."""

    calls: int
    unreviewed: int


@dataclass(frozen=True, slots=True)
class Details:
    """What is listed about one call, in order of time."""

    flags: tuple[FlagRow, ...]
    prompts: tuple[PromptRow, ...]
    marks: tuple[MarkRow, ...]


def calls(
    catalogue: Catalogue, wanted: Filter, order: Order = "worst", *, limit: int | None = None, first: int = 0
) -> tuple[CallRow, ...]:
    """List calls.

    Args:
        catalogue: to query.
        wanted: which of them.
        order: in which order.
        limit: at most this many; None for all.
        first: skip this many.

    Raises:
        CatalogueError: it can't be read.
    """
    table = schema.calls.c
    newest = (table.started_s.desc(), table.folder.desc())
    ranked = (table.worst.desc(), table.worst_rate.desc(), *newest) if order == "worst" else newest
    with _reading(catalogue, wanted) as connection:
        query = (
            select(*_shown(wanted, connection))
            .select_from(_seen(wanted))
            .where(*_conditions(catalogue, wanted, connection))
            .order_by(table.reviewed, *ranked)
            .limit(limit)
            .offset(first)
        )
        return tuple(CallRow(*row) for row in connection.execute(query))


def count(catalogue: Catalogue, wanted: Filter) -> Count:
    """Count calls.

    Raises:
        CatalogueError: it can't be read.
    """
    unreviewed = func.coalesce(func.sum(case((schema.calls.c.reviewed, 0), else_=1)), 0)
    with _reading(catalogue, wanted) as connection:
        query = (
            select(func.count(), unreviewed)
            .select_from(schema.calls)
            .where(*_conditions(catalogue, wanted, connection))
        )
        return Count(*connection.execute(query).one())


def unsearched(catalogue: Catalogue, wanted: Filter) -> int:
    """Count the sealed calls that may match, as neither their words nor their customers are listed.

    It is 0 if nothing of that kind is searched for.

    Raises:
        CatalogueError: it can't be read.
    """
    besides = replace(wanted, words="", customer="", attributes=())
    if besides == wanted:
        return 0
    with catalogue.reading() as connection:
        query = (
            select(func.count())
            .select_from(schema.calls)
            .where(schema.calls.c.sealed, *_conditions(catalogue, besides, connection))
        )
        return connection.execute(query).scalar_one()


def details(catalogue: Catalogue, folder: str, site: str = "") -> Details:
    """The details of one call; empty if it is not listed.

    Args:
        catalogue: to query.
        folder: within the folder of all calls.
        site: whose call it is; this calls folder's if empty.

    Raises:
        CatalogueError: it can't be read.
    """
    calls = schema.calls.c
    call = select(calls.key).where(calls.site == (site or catalogue.site), calls.folder == folder).scalar_subquery()
    with catalogue.reading() as connection:
        return Details(
            _of(connection, call, FlagRow, schema.flags, "at_s"),
            _of(connection, call, PromptRow, schema.prompts, "since_s"),
            _of(connection, call, MarkRow, schema.marks, "at_s"),
        )


def with_sound(catalogue: Catalogue, sound_hash: str) -> tuple[str, ...]:
    """The folders of the calls that are recordings of this very sound, the first one first.

    Args:
        catalogue: to query.
        sound_hash: see `CallInfo.sound_hash`.

    Raises:
        CatalogueError: it can't be read.
    """
    calls = schema.calls.c
    with catalogue.reading() as connection:
        query = (
            select(calls.folder).where(calls.site == catalogue.site, calls.sound_hash == sound_hash).order_by(calls.key)
        )
        return tuple(connection.execute(query).scalars())


@contextmanager
def _reading(catalogue: Catalogue, wanted: Filter) -> Iterator[Connection]:
    with catalogue.reading() as connection:
        if wanted.customer or wanted.attributes:
            roles.check_customers(connection)
        if wanted.words and connection.dialect.name == "postgresql" and not roles.role(connection):
            # The planner assumes that reading texts costs nothing, and would read them all rather than use the index:
            # see the schema. It would also compile the query, which takes longer than running it.
            connection.execute(text("SET LOCAL enable_seqscan = off"))
            connection.execute(text("SET LOCAL jit = off"))
        if roles.role(connection):
            # Calls are few pages, mostly in memory: reading them in the order of an index beats sorting all of them.
            connection.execute(text("SET LOCAL random_page_cost = 1.1"))
        yield connection


def _of(connection: Connection, call: ScalarSelect[int], kind: type[Row], table: Table, time: str) -> tuple[Row, ...]:
    columns: list[Column[Any]] = _columns(kind, table)
    seen = [roles.shown(column, connection) for column in columns]
    always_alike = [table.c[time], *(one for one in columns if not one.nullable and roles.is_readable(one, connection))]
    query = select(*seen).where(table.c.call == call).order_by(*always_alike)
    return tuple(kind(*row) for row in connection.execute(query))


def _seen(wanted: Filter) -> FromClause:
    """The calls, each beside the part of it that was the agent's who wants her own."""
    if not wanted.mine:
        return schema.calls
    parts = schema.parts.c
    hers = and_(parts.call == schema.calls.c.key, parts.agent_exact == wanted.mine.casefold())
    return schema.calls.outerjoin(schema.parts, hers)


def _shown(wanted: Filter, connection: Connection) -> list[ColumnElement[Any]]:
    columns: list[ColumnElement[Any]] = [roles.shown(one, connection) for one in _columns(CallRow, schema.calls)]
    if not wanted.mine:
        return columns
    own: dict[str, ColumnElement[Any]] = {field.name: schema.parts.c[field.name] for field in fields(PartRow)}
    has_part = schema.parts.c.call.is_not(None)
    return [case((has_part, own[one.key]), else_=one) if one.key in own else one for one in columns]


def _columns(kind: type[Any], table: Table) -> list[Column[Any]]:
    return [table.c[field.name] for field in fields(kind)]


def _conditions(catalogue: Catalogue, wanted: Filter, connection: Connection) -> Iterator[ColumnElement[bool]]:
    table = schema.calls.c
    site = "" if wanted.team else catalogue.site
    if site:
        yield table.site == site
    yield from _texts(wanted)
    yield from _times(wanted)
    if wanted.kind:
        yield table.kind == wanted.kind
    if wanted.rule:
        yield table.key.in_(select(schema.flags.c.call).where(schema.flags.c.rule == wanted.rule))
    if wanted.severity:
        yield table.worst >= SEVERITIES.index(wanted.severity)
    if wanted.flagged:
        yield table.flagged
    if wanted.held:
        yield table.hold_until >= datetime.now().astimezone().date().isoformat()
    if wanted.unreviewed:
        yield ~table.reviewed
    if wanted.words:
        has_roles = bool(roles.role(connection))
        said = calls_with(wanted.words, connection.dialect, site, has_roles=has_roles)
        found = table.key.in_(said)
        # As a condition that is no join: each call is looked up among those found, in the order of the page.
        yield found.is_(true()) if has_roles and _is_common(wanted.words, site, connection) else found


def _is_common(words: str, site: str, connection: Connection) -> bool:
    """Whether words were said in so many calls that looking each of these up takes longer than going through all.

    The planner does not know how many calls a function finds.
    """
    return connection.execute(number_up_to(MANY, words, site)).scalar_one() == MANY


def _texts(wanted: Filter) -> Iterator[ColumnElement[bool]]:
    """Conditions on names and other texts, which are listed folded."""
    table = schema.calls.c
    if wanted.agent:
        yield _had(lambda of: of.agent_folded.contains(fold(wanted.agent), autoescape=True))
    for column, part in (
        (table.customer_folded, wanted.customer),
        (table.reviewer_folded, wanted.reviewer),
    ):
        if part:
            yield column.contains(fold(part), autoescape=True)
    if wanted.mine:
        yield _had(lambda of: of.agent_exact == wanted.mine.casefold())
    for tag in wanted.tags:
        yield table.tags_folded.contains(schema.listed([tag]), autoescape=True)
    for attribute in wanted.attributes:
        one = schema.listed([attribute])
        yield table.attributes_folded.contains(one if "=" in attribute else one.rstrip() + "=", autoescape=True)


def _had(named: Callable[[Any], ColumnElement[bool]]) -> ColumnElement[bool]:
    """That an agent had the call, or a part of it."""
    parts = schema.parts.alias().c
    return or_(named(schema.calls.c), schema.calls.c.key.in_(select(parts.call).where(named(parts))))


def _times(wanted: Filter) -> Iterator[ColumnElement[bool]]:
    """Conditions on when a call was, and for how long."""
    table = schema.calls.c
    since, until, length = wanted.since, wanted.until, wanted.length
    if since:
        yield table.started_s >= since.timestamp() if _is_moment(since) else table.day >= since.isoformat()
    if until:
        yield table.started_s <= until.timestamp() if _is_moment(until) else table.day <= until.isoformat()
    if length:
        yield table.duration_s >= length.least_s
        if length.most_s is not None:
            yield table.duration_s <= length.most_s


def _is_moment(time: date) -> TypeGuard[datetime]:
    return isinstance(time, datetime)

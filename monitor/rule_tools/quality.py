"""How well the prompts of each rule work, over all saved calls: a measure of the rules, never of the agents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from itertools import islice

import msgspec
from sqlalchemy import ColumnElement, Connection, Select, Table, case, func, select

from monitor.catalogue import schema
from monitor.catalogue.catalogue import Catalogue
from monitor.setup.wrong_prompts import WrongPrompt

AT_ONCE = 500
"""Folders that are looked up in one query."""


@dataclass(frozen=True, slots=True)
class RuleQuality:
    """The outcomes of one rule's flags and prompts."""

    rule: str
    flags: int
    """How often it fired."""
    shown: int
    """How often the agent saw its prompt."""
    followed: int
    """How often the agent did what it asked for, in their next speech or turns."""
    partly: int
    no_change: int
    not_yet: int
    """How often the call ended before that could be heard."""
    unseen: int
    """How often nobody saw it, as in a recording."""
    dismissed: int
    """By the agent, with a key."""
    snoozed: int
    confirmed: int
    """Flags that a supervisor confirmed."""
    refused: int
    """Flags that a supervisor dismissed."""
    wrong: int = 0
    """Prompts that agents marked as wrong: those that they share, and the own ones of the agent of this machine."""

    @property
    def helped(self) -> float | None:
        """Share of the prompts that were seen and judged that were followed; None without any."""
        decided = self.followed + self.partly + self.no_change
        return self.followed / decided if decided else None

    @property
    def right(self) -> float | None:
        """Share of the reviewed flags that were confirmed; None if none was reviewed."""
        judged = self.confirmed + self.refused
        return self.confirmed / judged if judged else None


def quality(
    catalogue: Catalogue, *, since: date | None = None, own_wrong: Iterable[WrongPrompt] = ()
) -> tuple[RuleQuality, ...]:
    """Count the outcomes of flags and prompts for each rule, the most frequent rule first.

    Args:
        catalogue: of the calls.
        since: only calls of this day and later.
        own_wrong: the prompts that the agent of this machine marked as wrong for themselves; those of other calls are
            left out.

    Raises:
        CatalogueError: it does not answer.
    """
    flags, prompts = schema.flags.c, schema.prompts.c
    outcomes = ("followed", "partly", "no_change", "not_yet", "unseen")
    calls = schema.calls.c
    wanted = select(calls.key).where(calls.site == catalogue.site)
    if since:
        wanted = wanted.where(calls.day >= since.isoformat())
    with catalogue.reading() as connection:
        judged_as = [_count(flags.verdict == it) for it in ("confirm", "dismiss")]
        fired = _by_rule(connection, schema.flags, wanted, judged_as)
        became = [_count(prompts.outcome == it) for it in outcomes]
        became += [_count(prompts.taken_down == it) for it in ("dismissed", "snoozed")]
        shown = _by_rule(connection, schema.prompts, wanted, became)
        wrong = _wrong(connection, wanted, own_wrong)
    found = []
    for rule in fired.keys() | shown.keys():
        times, *judged = fired.get(rule, (0, 0, 0))
        prompted, *outcome = shown.get(rule, (0,) * (1 + len(became)))
        found.append(RuleQuality(rule, times, prompted, *(*outcome, *judged, wrong[rule])))
    return tuple(sorted(found, key=lambda one: (-one.flags, one.rule)))


def lines(found: Sequence[RuleQuality]) -> Iterator[str]:
    """A table: the outcomes of each rule's prompts, and what supervisors said about its flags."""
    width = max([len("rule"), *(len(one.rule) for one in found)])
    outcomes = ("followed", "partly", "no change", "not yet", "unseen")
    heads = ("flags", "shown", *outcomes, "dismissed", "wrong", "helped", "confirmed", "refused", "right")
    yield "  ".join([f"{'rule':<{width}}", *heads])
    for one in found:
        counts = (
            one.flags,
            one.shown,
            one.followed,
            one.partly,
            one.no_change,
            one.not_yet,
            one.unseen,
            one.dismissed,
            one.wrong,
            one.helped,
            one.confirmed,
            one.refused,
        )
        cells = [f"{_cell(value):>{len(head)}}" for value, head in zip((*counts, one.right), heads, strict=True)]
        yield "  ".join([f"{one.rule:<{width}}", *cells])


def to_json(found: Sequence[RuleQuality]) -> bytes:
    """An array with an object for each rule."""
    return msgspec.json.encode([asdict(one) | {"helped": one.helped, "right": one.right} for one in found])


def _by_rule(
    connection: Connection, table: Table, calls: Select[tuple[int]], counts: Sequence[ColumnElement[int]]
) -> dict[str, tuple[int, ...]]:
    """The number of rows of a table for each rule in some calls, and how many of them meet each condition."""
    wanted = (table.c.rule != "", table.c.call.in_(calls))
    query = select(table.c.rule, func.count(), *counts).where(*wanted).group_by(table.c.rule)
    return {rule: tuple(numbers) for rule, *numbers in connection.execute(query)}


def _wrong(connection: Connection, calls: Select[tuple[int]], own: Iterable[WrongPrompt]) -> Counter[str]:
    """How often each rule's prompts were marked as wrong in some calls."""
    shared = _by_rule(connection, schema.marks, calls, [_count(schema.marks.c.kind == "wrong")])
    wrong = Counter({rule: marked for rule, (_, marked) in shared.items()})
    by_call: dict[str, list[str]] = {}
    for one in own:
        by_call.setdefault(one.call, []).append(one.rule)
    listed = select(schema.calls.c.folder).where(schema.calls.c.key.in_(calls))
    for folders in _batched(by_call, AT_ONCE):
        for folder in connection.scalars(listed.where(schema.calls.c.folder.in_(folders))):
            wrong.update(by_call[folder])
    return wrong


def _batched(names: Iterable[str], size: int) -> Iterator[list[str]]:
    """The names in lists of at most that size."""
    rest = iter(names)
    while batch := list(islice(rest, size)):
        yield batch


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


def _cell(value: float | None) -> str:
    return "–" if value is None else f"{value:.0%}" if isinstance(value, float) else str(value)

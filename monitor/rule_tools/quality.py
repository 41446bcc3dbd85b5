"""How well the prompts of each rule work, over all saved calls: a measure of the rules, never of the agents."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Row, Select, case, func, select

from monitor.catalogue import schema
from monitor.catalogue.catalogue import Catalogue
from monitor.rule_tools.effect import RECORDINGS, Done, Effect, effect, text
from monitor.rule_tools.prompt_effects import Findings
from monitor.setup.wrong_prompts import WrongPrompt

_JUDGED = ("followed", "partly", "no_change")


@dataclass(frozen=True, slots=True)
class RuleQuality:
    """The outcomes of one rule's flags and prompts."""

    rule: str
    flags: int
    """How often it fired."""
    shown: int
    """How often the agent is known to have seen its prompt."""
    followed: int
    """How often the agent did what it asked for, in their next speech or turns."""
    partly: int
    no_change: int
    not_yet: int
    """How often the call ended before that could be heard."""
    dismissed: int
    """By the agent, with a key."""
    snoozed: int
    unseen: int
    """How often nobody saw it, as in a recording."""
    unknown: int
    """How often a live call of a version up to 0.3 does not say whether it was seen."""
    effect: Effect
    """What agents did with the prompt, and without it."""
    confirmed: int
    """Flags that a supervisor confirmed."""
    refused: int
    """Flags that a supervisor dismissed."""
    wrong: int = 0
    """Prompts that agents marked as wrong: those that they share, and the own ones of the agent of this machine."""

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
    calls = schema.calls.c
    wanted = select(calls.key).where(calls.site == catalogue.site)
    if since:
        wanted = wanted.where(calls.day >= since.isoformat())
    with catalogue.reading() as connection:
        fired = _flags(connection, wanted)
        prompted = _prompts(connection, wanted)
        wrong = _wrong(connection, wanted, own_wrong)
    found = [
        replace(_quality(rule, fired.get(rule, (0, 0, 0)), prompted.get(rule, [])), wrong=wrong[rule])
        for rule in fired.keys() | prompted
    ]
    return tuple(sorted(found, key=lambda one: (-one.flags, one.rule)))


def lines(found: Sequence[RuleQuality]) -> Iterator[str]:
    """A table: the outcomes of each rule's prompts, and what supervisors said about its flags."""
    rows = [_HEADS, *(_cells(one) for one in found)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADS))]
    for first, *rest in rows:
        cells = [f"{cell:>{width}}" for cell, width in zip(rest, widths[1:], strict=True)]
        yield "  ".join([f"{first:<{widths[0]}}", *cells])
    yield ""
    yield RECORDINGS
    yield "Differences are in percentage points, with a 95 % range from resampling calls."


def to_json(found: Sequence[RuleQuality], tried: Findings) -> bytes:
    """An array with an object for each rule, with what the experiment has found of it."""
    effects = {one.rule: one for one in tried.rules}
    return msgspec.json.encode(
        [
            asdict(one)
            | {
                "beyond_chance": one.effect.difference.beyond_chance,
                "right": one.right,
                "experiment": effects.get(one.rule),
            }
            for one in found
        ]
    )


_HEADS = (
    *("rule", "flags", "shown", "followed", "partly", "no change", "not yet", "dismissed", "wrong"),
    *("unseen", "unknown", "with prompt", "without", "difference", "confirmed", "refused", "right"),
)


def _cells(one: RuleQuality) -> tuple[str, ...]:
    counts = (
        *(one.flags, one.shown, one.followed, one.partly, one.no_change, one.not_yet),
        *(one.dismissed, one.wrong, one.unseen, one.unknown),
    )
    return (
        *(one.rule, *map(str, counts)),
        *(_share(one.effect.seen_pct, one.effect.seen), _share(one.effect.unseen_pct, one.effect.unseen)),
        *(text(one.effect.difference), str(one.confirmed), str(one.refused)),
        "–" if one.right is None else f"{one.right:.0%}",
    )


def _share(share_pct: float | None, of: int) -> str:
    return "–" if share_pct is None else f"{share_pct:.0f}% of {of}"


def _flags(connection: Connection, calls: Select[tuple[int]]) -> dict[str, tuple[int, int, int]]:
    """How often each rule fired, and how often a supervisor confirmed and dismissed that."""
    flags = schema.flags.c
    judged = [_count(flags.verdict == verdict) for verdict in ("confirm", "dismiss")]
    query = (
        select(flags.rule, func.count(), *judged).where(flags.rule != "", flags.call.in_(calls)).group_by(flags.rule)
    )
    return {rule: (times, confirmed, refused) for rule, times, confirmed, refused in connection.execute(query)}


def _prompts(connection: Connection, calls: Select[tuple[int]]) -> dict[str, list[Row[Any]]]:
    """The prompts of each rule, counted by call, by whether they were seen, and by what came after."""
    prompts = schema.prompts.c
    alike = (prompts.rule, prompts.call, prompts.seen, prompts.after, prompts.taken_down)
    query = select(*alike, func.count().label("times")).where(prompts.rule != "", prompts.call.in_(calls))
    found: defaultdict[str, list[Row[Any]]] = defaultdict(list)
    for row in connection.execute(query.group_by(*alike).order_by(prompts.call)):
        found[row.rule].append(row)
    return found


def _quality(rule: str, flags: tuple[int, int, int], prompts: Sequence[Row[Any]]) -> RuleQuality:
    seen: Counter[str] = Counter()
    sight: Counter[bool | None] = Counter()
    by_call: defaultdict[tuple[bool | None, int], Counter[str]] = defaultdict(Counter)
    for row in prompts:
        sight[row.seen] += row.times
        by_call[row.seen, row.call][row.after] += row.times
        if row.seen:
            seen[row.after] += row.times
            seen[row.taken_down] += row.times
    times, confirmed, refused = flags
    return RuleQuality(
        rule=rule,
        flags=times,
        shown=sight[True],
        followed=seen["followed"],
        partly=seen["partly"],
        no_change=seen["no_change"],
        not_yet=seen["not_yet"],
        dismissed=seen["dismissed"],
        snoozed=seen["snoozed"],
        unseen=sight[False],
        unknown=sight[None],
        effect=effect(
            *([_done(after) for (saw, _), after in by_call.items() if saw is wanted] for wanted in (True, False))
        ),
        confirmed=confirmed,
        refused=refused,
    )


def _done(after: Counter[str]) -> Done:
    return Done(after["followed"], sum(after[outcome] for outcome in _JUDGED))


def _wrong(connection: Connection, calls: Select[tuple[int]], own: Iterable[WrongPrompt]) -> Counter[str]:
    """How often each rule's prompts were marked as wrong in some calls."""
    marks = schema.marks.c
    shared = select(marks.rule, func.count()).where(marks.kind == "wrong", marks.call.in_(calls)).group_by(marks.rule)
    wrong: Counter[str] = Counter()
    for rule, times in connection.execute(shared):
        wrong[rule] += times
    by_name: dict[str, list[str]] = {}
    for one in own:
        by_name.setdefault(one.call.rpartition("/")[2], []).append(one.rule)
    if by_name:
        listed = select(schema.calls.c.folder).where(schema.calls.c.key.in_(calls))
        for folder in connection.scalars(listed):
            # The day of a folder changes when the start of its call is corrected; its name stays.
            wrong.update(by_name.get(folder.rpartition("/")[2], ()))
    return wrong


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))

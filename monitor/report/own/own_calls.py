"""The calls of one agent with all their measures, for what was agreed with that agent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from monitor.base.fold import fold
from monitor.call import find
from monitor.call.info import CallInfo, readable_info
from monitor.call.telephone.agent_parts import agents
from monitor.follow_up.measures import RULE, SAID
from monitor.follow_up.watch import AgreedAfter, FollowUp, OneCall, actions_in, follow_up, measured_days
from monitor.report.own.further import WORDS
from monitor.report.team.counted import numbers_of
from monitor.report.team.numbers import CallNumbers


@dataclass(frozen=True, slots=True)
class OwnCall:
    """One call of the agent."""

    folder: Path
    info: CallInfo
    numbers: CallNumbers
    """Of the agent's part of it."""

    @property
    def name(self) -> str:
        """Day and name of its folder."""
        return f"{self.folder.parent.name}/{self.folder.name}"


def own_calls(root: Path, agent: str, first: date = date.min, last: date = date.max) -> tuple[OwnCall, ...]:
    """Count the calls of an agent, the oldest first; those that cannot be read or measured are left out.

    Args:
        root: the folder of all calls.
        agent: the whole name, in any case.
        first: the first day that is wanted.
        last: the last one.
    """
    abouts = ((folder, readable_info(folder)) for folder in find.folders(root))
    found = [(folder, info) for folder, info in abouts if info and _is_own(info, agent, first, last)]
    found.sort(key=lambda pair: (pair[1].started, pair[0].name))
    counted = numbers_of([folder for folder, _ in found])
    return tuple(
        OwnCall(folder, info, numbers)
        for (folder, info), parts in zip(found, counted, strict=True)
        if parts
        for name, numbers in zip(agents(info), parts, strict=True)
        if fold(name) == fold(agent)
    )


def follow_ups(root: Path, agent: str, today: date, *, every: bool = False) -> tuple[FollowUp, ...]:
    """What became of an agent's actions, the newest first.

    Args:
        root: the folder of all calls.
        agent: the whole name, in any case.
        today: the day of the report.
        every: closed ones, too.

    Raises:
        CallFolderError: the actions of a call cannot be read.
    """
    agreed = [one for one in actions_in(root, agent) if every or one.is_open()]
    days = measured_days(agreed)
    calls = own_calls(root, agent, *days) if days else ()
    return of_calls(agreed, calls, today)


def of_calls(agreed: Iterable[AgreedAfter], calls: Iterable[OwnCall], today: date) -> tuple[FollowUp, ...]:
    """What became of actions, in these calls of the agent."""
    calls = list(calls)
    return tuple(
        follow_up(one, [OneCall(call.name, call.info.started.date(), _values(call, one)) for call in calls], today)
        for one in agreed
    )


def _values(call: OwnCall, agreed: AgreedAfter) -> dict[str, float | None]:
    """The measures of a call, and how often what the action counts happened in it, if that could be heard at all."""
    numbers, measure = call.numbers, agreed.action.measure
    return {**numbers.values, **numbers.further, **dict(_counted(numbers, measure))}


def _counted(numbers: CallNumbers, measure: str) -> Iterator[tuple[str, float]]:
    if not numbers.duration_s:
        return
    if measure.startswith(RULE):
        yield measure, 600 * Counter(numbers.flags)[measure.removeprefix(RULE)] / numbers.duration_s
    elif measure.startswith(SAID) and WORDS in numbers.further:
        yield measure, 600 * numbers.items.get(measure.removeprefix(SAID), 0) / numbers.duration_s


def _is_own(info: CallInfo, agent: str, first: date, last: date) -> bool:
    return (
        not info.mixed
        and first <= info.started.date() <= last
        and any(fold(name) == fold(agent) for name in agents(info))
    )

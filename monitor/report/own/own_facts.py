"""Everything on an agent's own page: made of the agent's own calls and of nobody else's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from monitor.call import marks
from monitor.call.coaching.answers import NOTED, own_parts
from monitor.call.events import Mark
from monitor.call.telephone.agent_parts import is_in
from monitor.follow_up.change import Change, change
from monitor.follow_up.watch import FollowUp, actions_in
from monitor.privacy.event_words import masked_text
from monitor.report.own.own_calls import OwnCall, of_calls, own_calls
from monitor.report.team import team_facts
from monitor.report.team.estimates import OneCall
from monitor.report.team.numbers import CUSTOMER_MEASURES, MEASURES, Measure
from monitor.report.team.team_facts import TeamFacts
from monitor.report.titles import shipped

LATELY = timedelta(weeks=4)
"""The last weeks, which are compared with all before."""
ABOUT = frozenset({*NOTED, "answer", "dispute"})
"""Marks that people write to one another."""


@dataclass(frozen=True, slots=True)
class OwnNote:
    """Something that was noted on one of the agent's calls, or answered."""

    started: datetime
    """When the call was."""
    mark: Mark
    withdrawn: bool = False
    """Whether it is a dispute that the agent has taken back."""


@dataclass(frozen=True, slots=True)
class OwnFacts:
    """An agent's calls over weeks."""

    agent: str
    weeks: TeamFacts
    """The calls week by week, as if the agent were a team of one."""
    lately: date
    """The first day of the last weeks."""
    measures: tuple[tuple[Measure, Change], ...]
    """The agent's own, before that day and since."""
    customers: tuple[tuple[Measure, Change], ...]
    """The customers' side, the same way."""
    followed: tuple[FollowUp, ...]
    """Agreed actions, the newest first."""
    notes: tuple[OwnNote, ...]
    """The newest calls first."""


def own_facts(root: Path, agent: str, since: date, until: date, today: date) -> OwnFacts | None:
    """Put together an agent's own page; None without any call that can be measured.

    Args:
        root: the folder of all calls.
        agent: the whole name, in any case.
        since: the first day.
        until: the last one.
        today: the day of the page.

    Raises:
        CallFolderError: the actions or the notes of a call cannot be read.
    """
    every = own_calls(root, agent)  # an action may be compared with calls before the first day
    calls = [call for call in every if since <= call.info.started.date() <= until]
    if not calls:
        return None
    lately = calls[-1].info.started.date() - LATELY + timedelta(days=1)
    own = [
        OneCall(agent, call.info.started.date(), call.numbers, recording=call.info.kind == "recording")
        for call in calls
    ]
    return OwnFacts(
        agent,
        team_facts.of_calls(own, f"Calls of {agent}", titles=shipped()),
        lately,
        tuple(_changes(calls, MEASURES, lately)),
        tuple(_changes(calls, CUSTOMER_MEASURES, lately)),
        of_calls(actions_in(root, agent), every, today),
        tuple(_notes(reversed(calls), agent)),
    )


def _changes(calls: Sequence[OwnCall], measures: Iterable[Measure], lately: date) -> Iterator[tuple[Measure, Change]]:
    for measure in measures:
        known = [
            (call.info.started.date(), value)
            for call in calls
            if (value := call.numbers.values.get(measure.name)) is not None
        ]
        yield (
            measure,
            change([value for day, value in known if day < lately], [value for day, value in known if day >= lately]),
        )


def _notes(calls: Iterable[OwnCall], agent: str) -> Iterator[OwnNote]:
    for call in calls:
        parts = own_parts(call.info, agent)
        made = marks.read(call.folder)
        for mark in sorted(made, key=lambda mark: mark.at_s):
            if mark.kind in ABOUT and mark.text and is_in(mark.at_s, parts):
                masked = Mark(mark.at_s, mark.kind, masked_text(mark.text), mark.by, mark.made)
                yield OwnNote(call.info.started, masked, marks.is_withdrawn(mark, made))

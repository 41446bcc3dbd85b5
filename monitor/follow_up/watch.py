"""The actions of an agent, and what their measures were in the agent's calls before and since."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from monitor.base.errors import CallFolderError
from monitor.base.fold import fold
from monitor.call import find, marks
from monitor.call.coaching.agreed import Action
from monitor.follow_up.change import Change, change
from monitor.follow_up.measures import Watched, watched

BEFORE = timedelta(weeks=8)
"""How far back the calls lie with which those since are compared."""


class ActionError(CallFolderError):
    """There is no such action, or it cannot be agreed."""


@dataclass(frozen=True, slots=True)
class AgreedAfter:
    """An action, and the call after which it was agreed."""

    call: str
    """Day and name of the call's folder."""
    action: Action

    def is_open(self) -> bool:
        """Whether nobody has closed it."""
        return not self.action.closed


@dataclass(frozen=True, slots=True)
class OneCall:
    """A call of the agent, and its measures."""

    call: str
    """Day and name of its folder."""
    day: date
    values: Mapping[str, float | None]
    """By the name of the measure; None, or absent, where the call has none."""


@dataclass(frozen=True, slots=True)
class FollowUp:
    """An action with its measure in the calls before and since."""

    agreed: AgreedAfter
    measure: Watched
    change: Change
    until: date
    """The last day that counts: the one agreed on, or that on which it was closed before."""
    over: bool
    """Whether that day has passed: only then is it said whether chance gives as much."""


def actions_in(root: Path, agent: str | None = None) -> Iterator[AgreedAfter]:
    """The actions agreed on after the calls of a folder, those of the newest calls first.

    Args:
        root: the folder of all calls.
        agent: whose; None for everybody's. The whole name, in any case.

    Raises:
        CallFolderError: the actions of a call cannot be read.
    """
    for folder in find.folders(root):
        if (folder / marks.FILE).exists():
            yield from (one for one in of_call(folder) if agent is None or fold(one.action.agent) == fold(agent))


def of_call(folder: Path) -> Iterator[AgreedAfter]:
    """The actions agreed on after one call; raises as `actions_in` does."""
    call = f"{folder.parent.name}/{folder.name}"
    return (AgreedAfter(call, action) for action in marks.actions(folder))


def with_id(root: Path, id_: str) -> AgreedAfter:
    """The action of this id, or of an id that starts so.

    Raises:
        ActionError: there is none, or there are several.
        CallFolderError: the actions of a call cannot be read.
    """
    found = [one for one in actions_in(root) if one.action.id.startswith(id_)]
    if len(found) != 1:
        what = f"{len(found)} actions have ids that start" if found else "No action has an id that starts"
        raise ActionError(f"{what} with {id_}. List them with `tone-monitor action list --all`.")
    return found[0]


def measured_days(actions: Iterable[AgreedAfter]) -> tuple[date, date] | None:
    """The first and the last day whose calls any of the actions needs; None without actions."""
    days = [(one.action.since - BEFORE, last_day(one.action)) for one in actions]
    return (min(first for first, _ in days), max(last for _, last in days)) if days else None


def last_day(action: Action) -> date:
    """The last day whose calls count for an action."""
    return min([action.until, *([date.fromisoformat(action.closed[:10])] if action.closed else [])])


def follow_up(agreed: AgreedAfter, calls: Iterable[OneCall], today: date) -> FollowUp:
    """Compare the agent's calls since an action began with those of the eight weeks before.

    The call after which it was agreed is on neither side: it was chosen because it was far from the usual, and calls
    that are chosen so are followed by more ordinary ones whatever anybody does (regression to the mean).

    Args:
        agreed: the action.
        calls: the agent's.
        today: the day of the report.
    """
    action, last = agreed.action, last_day(agreed.action)
    others = [one for one in calls if one.call != agreed.call]
    before, since = (
        [value for one in others if first <= one.day <= final and (value := one.values.get(action.measure)) is not None]
        for first, final in ((action.since - BEFORE, action.since - timedelta(days=1)), (action.since, last))
    )
    return FollowUp(
        agreed, watched(action.measure), change(before, since), last, over=last < today or not agreed.is_open()
    )

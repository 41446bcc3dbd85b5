"""The records of an action: agreed on after a call, and closed; see `monitor.call.marks` for where they are kept."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date


@dataclass(frozen=True, slots=True)
class ActionAgreed:
    """What an agent and a coach agreed on after a call, and the measure that shows whether it happens."""

    id: str
    """Six hexadecimal digits."""
    agent: str
    """Name of the agent."""
    coach: str
    """Name of the coach."""
    behaviour: str
    """What the agent does from now on, in their words."""
    measure: str
    """A measure of the call, `rule:` and the id of a rule, or `said:` and the id of a report item."""
    since: date
    """The first day of the calls that count."""
    until: date
    """The last one."""
    made: str
    """Calendar time, ISO 8601."""


@dataclass(frozen=True, slots=True)
class ActionClosed:
    """An action is over."""

    id: str
    """Of the action."""
    by: str
    """Name of the person."""
    made: str
    """Calendar time, ISO 8601."""
    why: str = ""
    """What came of it, in a sentence."""


CoachingEvent = ActionAgreed | ActionClosed

KINDS: dict[str, type[CoachingEvent]] = {"action_agreed": ActionAgreed, "action_closed": ActionClosed}
"""See `monitor.call.events.KINDS`."""


@dataclass(frozen=True, slots=True)
class Action:
    """An action with what became of it."""

    id: str
    """Six hexadecimal digits."""
    agent: str
    """Name of the agent."""
    coach: str
    """Name of the coach."""
    behaviour: str
    """What the agent does from the first day on."""
    measure: str
    """What shows whether it happens; see `ActionAgreed`."""
    since: date
    """The first day of the calls that count."""
    until: date
    """The last one that was agreed."""
    made: str
    """When it was agreed, ISO 8601."""
    closed: str = ""
    """When it was closed, ISO 8601; empty for one that is open."""
    closed_by: str = ""
    """Name of the person who closed it."""
    outcome: str = ""
    """What came of it, in a sentence."""


def actions(events: Iterable[object]) -> tuple[Action, ...]:
    """The actions among the records of a call, in the order in which they were agreed."""
    found: dict[str, Action] = {}
    for event in events:
        match event:
            case ActionAgreed():
                found[event.id] = Action(
                    event.id,
                    event.agent,
                    event.coach,
                    event.behaviour,
                    event.measure,
                    event.since,
                    event.until,
                    event.made,
                )
            case ActionClosed(id=id_) if id_ in found:
                found[id_] = replace(found[id_], closed=event.made, closed_by=event.by, outcome=event.why)
    return tuple(found.values())

"""Whose part of a call is whose: an agent's history has only the part of a call that was hers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import inf
from typing import TypeVar

from monitor.call.events import PromptCleared, PromptShown
from monitor.call.info import CallInfo, Takeover
from rules.model import Checklist

Said = TypeVar("Said")


@dataclass(frozen=True, slots=True)
class AgentPart:
    """A stretch of a call that one agent had."""

    agent: str
    start_s: float
    end_s: float
    """Infinite for the last one."""


def agent_parts(info: CallInfo) -> tuple[AgentPart, ...]:
    """The parts of a call, in order; one where the agent did not change."""
    starts = [(info.agent, 0.0), *((one.agent, one.from_s) for one in info.takeovers)]
    ends_s = [*(start_s for _, start_s in starts[1:]), inf]
    return tuple(AgentPart(agent, start_s, end_s) for (agent, start_s), end_s in zip(starts, ends_s, strict=True))


def agents(info: CallInfo) -> tuple[str, ...]:
    """Everybody who had the call, each once, in order."""
    names: dict[str, str] = {}
    for part in agent_parts(info):
        names.setdefault(part.agent.casefold(), part.agent)
    return tuple(names.values())


def current_agent(info: CallInfo) -> str:
    """Who has the call now, or had it last."""
    return info.takeovers[-1].agent if info.takeovers else info.agent


def taken_over(info: CallInfo, agent: str, at_s: float) -> CallInfo:
    """What is known of a call that an agent takes over; where nobody was named before, she had it from the start."""
    if not (info.agent or info.takeovers):
        return replace(info, agent=agent)
    return replace(info, takeovers=(*info.takeovers, Takeover(agent, at_s)))


def parts_of(info: CallInfo, agent: str) -> tuple[AgentPart, ...]:
    """An agent's parts; `agent` is the whole name, in any case."""
    return tuple(part for part in agent_parts(info) if part.agent.casefold() == agent.casefold())


def own_info(info: CallInfo, agent: str, duration_s: float) -> CallInfo:
    """What is known of a call as if it were only an agent's parts.

    Args:
        info: of the whole call.
        agent: the whole name.
        duration_s: of the whole call.
    """
    length_s = sum(max(0.0, min(part.end_s, duration_s) - part.start_s) for part in parts_of(info, agent))
    return replace(info, agent=agent, takeovers=(), duration_s=round(length_s, 3))


def own_events(events: Iterable[Said], parts: Sequence[AgentPart]) -> list[Said]:
    """The events of an agent's parts. A checklist is about the whole call, so it is nobody's."""
    return [one for one in events if not isinstance(one, Checklist) and is_in(start_s(one), parts)]


def is_in(at_s: float, parts: Iterable[AgentPart]) -> bool:
    """Whether a time lies in one of the parts."""
    return any(part.start_s <= at_s < part.end_s for part in parts)


def start_s(event: object) -> float:
    """When an event began; 0 for one without a time."""
    if isinstance(event, PromptShown | PromptCleared):
        return event.prompt.since_s
    return float(getattr(event, "start_s", getattr(event, "at_s", 0.0)))

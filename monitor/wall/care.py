"""Who asks for help in a call, who takes care of it, and who follows it, as one value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from monitor.call.supervision.supervisor_events import (
    Channel,
    HelpRequest,
    SupervisorAction,
    SupervisorEvent,
    WordsShared,
)
from monitor.wall.wall_messages import Does

ANSWER_S = 30.0
"""How long a request waits before the agent is told that nobody has answered."""
FOLLOW_S = 15.0
"""A wall repeats that its supervisor follows the call; after so long without that, nobody does."""


@dataclass(frozen=True, slots=True)
class Reach:
    """Who can be reached from this program."""

    wall: Literal["none", "away", "connected"] = "none"
    """Whether there is a broker in the settings, and a connection to it."""
    walls: int = 0
    """Walls of the team that are open."""
    webhook: bool = False
    trouble: str = ""
    """What is wrong with the connection, in a sentence."""

    @property
    def channels(self) -> tuple[Channel, ...]:
        """What passes a request on at once."""
        named: tuple[tuple[Channel, bool], ...] = (("wall", self.wall == "connected"), ("webhook", self.webhook))
        return tuple(name for name, reached in named if reached)


@dataclass(frozen=True, slots=True)
class Care:
    """What agent and supervisors have asked of each other so far."""

    help_s: float | None = None
    """Since when the agent waits for a supervisor."""
    unanswered: bool = False
    """Whether she knows that nobody has answered yet."""
    taken_by: str = ""
    """The supervisor who takes care."""
    taken_s: float = 0.0
    follows_until_s: Mapping[str, float] = field(default_factory=dict)
    """The supervisors who follow, and when that ends unless it is repeated."""
    words_shared: bool = False

    @property
    def followers(self) -> tuple[str, ...]:
        """Who follows, in the order in which they began."""
        return tuple(self.follows_until_s)

    def asked(self, now_s: float, reach: Reach) -> tuple[Care, SupervisorEvent]:
        """After the agent has asked for a supervisor; asked while she waits, she takes it back."""
        if self.help_s is not None:
            return replace(self, help_s=None, unanswered=False), HelpRequest(now_s, "withdrawn")
        waits = reach.wall != "none" or reach.webhook
        walls = reach.walls if reach.wall == "connected" else None
        asked = HelpRequest(now_s, "asked", reach.channels, walls)
        return replace(self, help_s=now_s if waits else None, unanswered=False, taken_by=""), asked

    def shared(self, now_s: float) -> tuple[Care, SupervisorEvent | None]:
        """After the agent has shared the words with those who follow, or no longer; only while somebody does."""
        if not self.words_shared and not self.follows_until_s:
            return self, None
        return replace(self, words_shared=not self.words_shared), WordsShared(now_s, not self.words_shared)

    def ordered(self, do: Does, by: str, now_s: float) -> tuple[Care, SupervisorEvent | None]:
        """After what a supervisor does; None for what changes nothing."""
        follows = dict(self.follows_until_s)
        match do:
            case "take" if self.taken_by != by:
                taken = replace(self, taken_by=by, taken_s=now_s, help_s=None, unanswered=False)
                return taken, SupervisorAction(now_s, by, "takes care")
            case "release" if self.taken_by == by:
                return replace(self, taken_by=""), SupervisorAction(now_s, by, "lets go")
            case "follow":
                follows[by] = now_s + FOLLOW_S
                news = None if by in self.follows_until_s else SupervisorAction(now_s, by, "follows")
                return replace(self, follows_until_s=follows), news
            case "unfollow" if by in follows:
                return self._without(by), SupervisorAction(now_s, by, "stops following")
            case _:
                return self, None

    def lapsed(self, now_s: float) -> tuple[Care, SupervisorEvent | None]:
        """After the first thing that only the time has changed; None if there is none."""
        for name, until_s in self.follows_until_s.items():
            if now_s >= until_s:
                return self._without(name), SupervisorAction(now_s, name, "stops following")
        if self.help_s is not None and not self.unanswered and now_s >= self.help_s + ANSWER_S:
            return replace(self, unanswered=True), HelpRequest(now_s, "unanswered")
        return self, None

    def _without(self, follower: str) -> Care:
        """Nobody else reads the words because one who has left was let to."""
        rest = {name: until_s for name, until_s in self.follows_until_s.items() if name != follower}
        return replace(self, follows_until_s=rest, words_shared=self.words_shared and bool(rest))

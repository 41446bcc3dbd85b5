"""What a wall knows, as one value: messages and the wall's own time in, calls in their order out.

Nothing here reads a clock. How old news is is counted by when it arrived here, so desks whose clocks differ look alike.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from monitor.wall import topics
from monitor.wall.ranking import Need, need_of, placed_again
from monitor.wall.topics import Desk, OnDesk
from monitor.wall.wall_messages import CallDetail, CallState, Presence, WallMessageError, decoded

STALE_S = 6.0
"""A call that says nothing for so long, which is three times what a desk lets pass, is no longer shown as live."""
FORGOTTEN_S = 600.0
"""A call of which nothing has been heard for so long leaves the wall."""
OPENING_S = 3.0
"""What the broker kept takes its place at once while the wall opens."""
PRESENT_S = 75.0
"""A desk says every 30 s that it is there."""
NOTE_S = 60.0
"""How long it is said that a message was not ours."""

Life = Literal["live", "stale", "gone"]


@dataclass(frozen=True, slots=True)
class Heard:
    """What was last heard of a call."""

    state: CallState
    heard_s: float
    """When, by the wall's clock."""

    def life(self, now_s: float, *, gone: bool) -> Life:
        """Whether it can be relied on; `gone` says whether its desk has lost the connection."""
        if gone:
            return "gone"
        return "live" if now_s - self.heard_s < STALE_S else "stale"


@dataclass(frozen=True, slots=True)
class Connected:
    """What was last heard of a desk or server."""

    connected: bool
    heard_s: float


@dataclass(frozen=True, slots=True)
class Shown:
    """A call in its place on the wall."""

    call: OnDesk
    state: CallState
    life: Life
    silent_s: float
    """How long nothing has been heard of it."""


@dataclass(frozen=True, slots=True)
class Wall:
    """All that a wall knows. Each method gives the wall as it is after that."""

    calls: Mapping[OnDesk, Heard] = field(default_factory=dict)
    desks: Mapping[Desk, Connected] = field(default_factory=dict)
    """The programs that publish."""
    details: Mapping[OnDesk, CallDetail] = field(default_factory=dict)
    """Of the calls that are followed."""
    placed: Mapping[OnDesk, Need] = field(default_factory=dict)
    """The needs by which the calls are in their order."""
    opened_s: float | None = None
    """When the first message came."""
    moved_s: float = float("-inf")
    """When a line last moved up."""
    note: str = ""
    """About a message that is not ours."""
    note_s: float = float("-inf")

    def after(self, topic: str, payload: bytes, arrived_s: float) -> Wall:
        """After a message.

        Args:
            topic: of the message.
            payload: empty for what is over.
            arrived_s: when it came to the broker, by this wall's clock.
        """
        try:
            if desk := topics.desk_of(topic):
                return self._present(desk, payload, arrived_s)
            if found := topics.call_of(topic):
                call, part = found
                if part == "state":
                    return self._state(call, payload, arrived_s)
                if part == "detail" and call in self.calls:
                    return replace(self, details={**self.details, call: decoded(payload, CallDetail)})
        except WallMessageError as error:
            return replace(self, note=f"A message from {_whose(topic)} is left out: {error}.", note_s=arrived_s)
        return self

    def at(self, now_s: float) -> Wall:
        """As time has passed: what is forgotten is gone, and a line may have moved up."""
        calls = {call: heard for call, heard in self.calls.items() if now_s - heard.heard_s < FORGOTTEN_S}
        needs = {call: need_of(one.state, one.heard_s, gone=self._is_gone(call)) for call, one in calls.items()}
        opened_s = now_s if self.opened_s is None and calls else self.opened_s
        opening = opened_s is not None and now_s - opened_s < OPENING_S
        placed, moved_s = placed_again(self.placed, needs, now_s, self.moved_s, opening=opening)
        return replace(
            self,
            calls=calls,
            details={call: detail for call, detail in self.details.items() if call in calls},
            placed=placed,
            moved_s=moved_s,
            opened_s=opened_s,
            note=self.note if now_s - self.note_s < NOTE_S else "",
        )

    def shown(self, now_s: float) -> tuple[Shown, ...]:
        """The calls in their order."""
        order = sorted(self.placed, key=lambda call: (self.placed[call].key, call))
        known = [(call, self.calls[call]) for call in order if call in self.calls]
        return tuple(
            Shown(call, one.state, one.life(now_s, gone=self._is_gone(call)), now_s - one.heard_s)
            for call, one in known
        )

    def shared_logins(self, now_s: float) -> tuple[str, ...]:
        """Logins that several connected programs use."""
        here = {desk for desk, one in self.desks.items() if one.connected and now_s - one.heard_s < PRESENT_S}
        programs = Counter(desk.login for desk in here)
        return tuple(sorted(login for login, count in programs.items() if count > 1))

    def _is_gone(self, call: OnDesk) -> bool:
        known = self.desks.get(call.desk)
        return known is not None and not known.connected

    def _present(self, desk: Desk, payload: bytes, arrived_s: float) -> Wall:
        if not payload:  # it said goodbye, and its calls are over
            rest = {one: known for one, known in self.desks.items() if one != desk}
            return replace(self, desks=rest, calls={call: one for call, one in self.calls.items() if call.desk != desk})
        known = Connected(not decoded(payload, Presence).gone, arrived_s)
        return replace(self, desks={**self.desks, desk: known})

    def _state(self, call: OnDesk, payload: bytes, arrived_s: float) -> Wall:
        if not payload:
            return replace(self, calls={other: heard for other, heard in self.calls.items() if other != call})
        state, known = decoded(payload, CallState), self.calls.get(call)
        if known and state.at_s < known.state.at_s:  # it was sent again after a break
            return self
        return replace(self, calls={**self.calls, call: Heard(state, arrived_s)})


def _whose(topic: str) -> str:
    """The login that may write the topic."""
    return f"the login {topic.split('/')[3]}"

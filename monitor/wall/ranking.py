"""The order of the wall: worst first, and so quiet that a supervisor can read it.

A line moves up no sooner than ten seconds after the last one did, the worst first; only a request for a supervisor and
a rule about safety move at once. What has become calmer moves down at once, which draws no eye to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from monitor.wall.wall_messages import CallState
from rules.model import Severity

MOVE_EVERY_S = 10.0
_RANKS: Mapping[Severity | None, float] = {None: 1.0, "note": 1.0, "prompt": 2.0, "urgent": 3.0}
ALARM = 4.0
GONE = 0.0
TAKEN = 0.5
"""So much calmer is a call that somebody takes care of."""

Call = TypeVar("Call")


@dataclass(frozen=True, slots=True)
class Need:
    """How much a call needs somebody."""

    rank: float
    """The higher, the more."""
    began_s: float
    """Since when, by the wall's clock."""

    @property
    def key(self) -> tuple[float, float]:
        """Sorts: the worst first, and of equal ones the one that has been so for longest."""
        return -self.rank, self.began_s


def need_of(state: CallState, heard_s: float, *, gone: bool) -> Need:
    """The need of a call.

    Args:
        state: of the call, as it was last heard.
        heard_s: when that was, by the wall's clock.
        gone: whether its desk has lost the connection.
    """
    if gone:
        return Need(GONE, heard_s)
    if state.help_s is not None or state.safety:
        since_s = state.help_s if state.help_s is not None else state.since_s
        return Need(ALARM, heard_s - (state.at_s - since_s))
    rank = _RANKS[state.severity]
    if rank == _RANKS[None]:
        return Need(rank, heard_s - state.at_s)
    return Need(rank - (TAKEN if state.taken_by else 0.0), heard_s - (state.at_s - state.since_s))


def placed_again(
    placed: Mapping[Call, Need], needs: Mapping[Call, Need], now_s: float, moved_s: float, *, opening: bool
) -> tuple[dict[Call, Need], float]:
    """The needs by which the calls are placed now, and when a line last moved up.

    Args:
        placed: the needs by which they were placed.
        needs: what they need now.
        now_s: the wall's time.
        moved_s: when a line last moved up.
        opening: whether the wall has only just been opened, and everything takes its place at once.
    """
    after: dict[Call, Need] = {}
    rising: list[Call] = []
    for call, need in needs.items():
        before = placed.get(call, Need(min(need.rank, _RANKS[None]), need.began_s))
        if opening or need.rank < before.rank:
            after[call] = need
        elif need.rank > before.rank and need.rank >= ALARM:
            after[call], moved_s = need, now_s
        else:
            after[call] = before
            rising += [call] if need.rank > before.rank else []
    if rising and now_s - moved_s >= MOVE_EVERY_S:
        first = min(rising, key=lambda call: needs[call].key)
        after[first], moved_s = needs[first], now_s
    return after, moved_s

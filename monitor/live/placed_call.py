"""A live call in its place in the session: what is told on the clock of the session reaches it on its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from audio.block import AudioBlock, seconds
from audio.values import SoundLost
from monitor.call.events import EndedWhy, Health
from monitor.call.folder import CallDetails
from monitor.live.live_call import LiveCall
from monitor.live.parts import Begun

if TYPE_CHECKING:  # a screen that waits for this module would wait for numpy
    from monitor.live.sound_watch import Heard


@dataclass(frozen=True, slots=True, eq=False)
class PlacedCall:
    """The call that is on."""

    live: LiveCall
    begun: Begun
    details: CallDetails
    origin: int
    """Index of its first sample on the clock of the session."""
    by_itself: bool
    """Whether speech began it, and silence is to end it."""

    @property
    def silent_s(self) -> float:
        """For how long nobody has spoken."""
        return self.live.heard_s - self.live.spoken_s

    def hear(self, heard: Heard) -> None:
        """Take what belongs to the call; what was before it is not its own."""
        from monitor.live.auto_start import shifted  # noqa: PLC0415 - brings numpy, which no screen waits for

        origin_s = seconds(self.origin)
        match heard:
            case AudioBlock() if block := shifted(heard, self.origin):
                self.live.hear(block)
            case SoundLost(end_s=end_s) if end_s > origin_s:
                self.live.hear(replace(heard, start_s=heard.start_s - origin_s, end_s=end_s - origin_s))
            case _:
                pass

    def tell(self, health: Health) -> None:
        """Say how the sound is."""
        self.live.say(replace(health, at_s=round(max(0.0, health.at_s - seconds(self.origin)), 3)))

    def finish(self, why: EndedWhy, hurry: Callable[[], bool]) -> None:
        """Say the last of the call, and let the profile learn from it; the arguments are those of `LiveCall.end`."""
        self.live.end(why, hurry)
        if usual := self.live.agent_usual:
            self.begun.learn(usual, self.live.agent_spoke_s)

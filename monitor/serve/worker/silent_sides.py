"""Notices a side from which nothing comes while the other one talks: its tap is broken."""

from typing import Literal

from audio.block import SAMPLE_RATE_HZ, AudioBlock, Speaker, seconds
from monitor.call.events import Health

SILENT_AFTER = 20 * SAMPLE_RATE_HZ
"""Samples of digital silence,"""
TALK_AFTER = 8 * SAMPLE_RATE_HZ
"""and of them so many in which the other side is audible. Nobody listens so long without a breath into the phone."""
NOTHING = 1e-6
"""Peak of digital silence."""
AUDIBLE = 0.01
"""Peak of speech or music: −40 dBFS."""
_PARTS: dict[Speaker, Literal["microphone", "customer line"]] = {"agent": "microphone", "customer": "customer line"}
_OTHER: dict[Speaker, Speaker] = {"agent": "customer", "customer": "agent"}


class SilentSides:
    """Blocks of both sides in, a report when a side falls silent, and one when it is heard again."""

    def __init__(self) -> None:
        self._silent: dict[Speaker, int] = {"agent": 0, "customer": 0}
        self._talked: dict[Speaker, int] = {"agent": 0, "customer": 0}
        """Samples in which the other side was audible meanwhile."""
        self._reported: set[Speaker] = set()

    def feed(self, block: AudioBlock) -> Health | None:
        """Take a block."""
        who, peak = block.speaker, float(abs(block.samples).max(initial=0.0))
        if peak >= AUDIBLE:
            self._talked[_OTHER[who]] += len(block.samples)
        if peak >= NOTHING:
            self._silent[who] = self._talked[who] = 0
            if who in self._reported:
                self._reported.discard(who)
                return self._health(block, fine=True)
            return None
        self._silent[who] += len(block.samples)
        is_broken = self._silent[who] >= SILENT_AFTER and self._talked[who] >= TALK_AFTER
        if not is_broken or who in self._reported:
            return None
        self._reported.add(who)
        return self._health(block, fine=False)

    def _health(self, block: AudioBlock, *, fine: bool) -> Health:
        whose = f"the {block.speaker}'s side"
        note = f"Sound of {whose} is back." if fine else f"No sound from {whose} for 20 s while the other one talks."
        return Health(
            round(seconds(block.end), 3), _PARTS[block.speaker], fine=fine, note=note, cause=None if fine else "silent"
        )

"""The clock of a call, which starts with the call's first sample; a session's clock starts with the session's."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from audio.block import AudioBlock, seconds
from audio.values import SoundLost

if TYPE_CHECKING:
    from monitor.call.events import Health


def shifted(block: AudioBlock, origin: int) -> AudioBlock | None:
    """Put a block on a clock that starts at sample `origin`; what lies before it is cut off, None if that is all."""
    if block.end <= origin:
        return None
    cut = max(0, origin - block.start)
    return AudioBlock(block.speaker, block.start + cut - origin, block.samples[cut:])


def shifted_loss(lost: SoundLost, origin: int) -> SoundLost | None:
    """The same for a stretch without sound, but nothing is cut off: it may start before 0."""
    origin_s = seconds(origin)
    return (
        replace(lost, start_s=lost.start_s - origin_s, end_s=lost.end_s - origin_s) if lost.end_s > origin_s else None
    )


def shifted_health(health: Health, origin: int) -> Health:
    """The same for the state of the sound; at the start of the call if it comes from before."""
    return replace(health, at_s=round(max(0.0, health.at_s - seconds(origin)), 3))

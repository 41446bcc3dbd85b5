"""The script of the German call as values."""

from dataclasses import dataclass

from audio.block import Speaker
from tools.scripted_call.parts import LineAndLevel, Positive, SpokenText


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice(LineAndLevel):
    """How one of the two sounds when nothing is the matter, and over what line."""

    speed_pct: int
    """Of Pico's ordinary speed."""
    pitch_pct: int
    """Of the pitch that Pico's German voice, a woman's, has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A prompt that a line makes due."""

    action: str
    from_end: bool = False
    """Whether the end of the line makes it due, rather than its start."""
    within_s: Positive
    """The latest that it may come, from that moment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line(SpokenText):
    """What is said in one breath, how, and what it makes due."""

    gap_s: Positive = 0.5
    """From the end of the line before to the start of this one."""
    pitch: Positive = 1.0
    """Times the voice's ordinary pitch."""
    due: Due | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """The whole call."""

    silence_s: Positive
    """After the last line."""
    voices: dict[Speaker, Voice]
    lines: tuple[Line, ...]

"""The script of the German call as values."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from audio.block import Speaker

Positive = Annotated[float, msgspec.Meta(gt=0)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """How one of the two sounds when nothing is the matter, and over what line."""

    speed_pct: int
    """Of Pico's ordinary speed."""
    pitch_pct: int
    """Of the pitch that Pico's German voice, a woman's, has."""
    level_dbfs: float
    """RMS of a line at gain 0, pauses left out."""
    noise_dbfs: float
    """RMS of the noise that is always there."""
    line: Literal["headset", "telephone"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A prompt that a line makes due."""

    action: str
    from_end: bool = False
    """Whether the end of the line makes it due, rather than its start."""
    within_s: Positive
    """The latest that it may come, from that moment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What is said in one breath, and how."""

    speaker: Speaker
    text: str
    gap_s: Positive = 0.5
    """From the end of the line before to the start of this one."""
    rate: Positive = 1.0
    """Times the voice's ordinary speed."""
    gain_db: float = 0.0
    """Over the voice's ordinary level."""
    effort_db: float = 0.0
    """Lift of everything above 1 kHz over what is below."""
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


def load(path: Path) -> Script:
    """Read a script.

    Raises:
        ValueError: the file is not TOML, or a field of it is missing, of the wrong type or out of range.
    """
    try:
        return msgspec.toml.decode(path.read_bytes(), type=Script, strict=True)
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        raise ValueError(f"{path.name} cannot be used: {error}. See script.py for what each field is.") from error

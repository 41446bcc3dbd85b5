"""The parts that the script of every made call has, as values."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal, TypeVar

import msgspec

from audio.block import Speaker

Positive = Annotated[float, msgspec.Meta(gt=0)]
Script = TypeVar("Script")


@dataclass(frozen=True, slots=True, kw_only=True)
class LineAndLevel:
    """How loud one of the two is when nothing is the matter, and over what line."""

    level_dbfs: float
    """RMS of a line at gain 0, pauses left out."""
    noise_dbfs: float
    """RMS of the noise that is always there."""
    line: Literal["headset", "telephone"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SpokenText:
    """What is said in one breath, and how."""

    speaker: Speaker
    text: str
    rate: Positive = 1.0
    """Times the voice's ordinary rate."""
    gain_db: float = 0.0
    """Over the voice's ordinary level."""
    effort_db: float = 0.0
    """Lift of everything above 1 kHz over what is below."""


def load(path: Path, kind: type[Script]) -> Script:
    """Read a script.

    Raises:
        ValueError: the file is not TOML, or a field of it is missing, of the wrong type or out of range.
    """
    try:
        return msgspec.toml.decode(path.read_bytes(), type=kind)
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        raise ValueError(f"{path.name} cannot be used: {error}. See script.py for what each field is.") from error

"""The event that logs a correction of a saved call."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Edited:
    """Somebody corrected what is known about a call."""

    field: str
    """What was corrected: a field of call.toml, `attribute.` and a name, or "hold"."""
    by: str
    """Name of the person."""
    made: str
    """Calendar time, ISO 8601."""
    was: str = ""
    """The value before; empty for names and other free text, which must be gone once they are corrected."""
    now: str = ""
    """The value since; empty as well."""

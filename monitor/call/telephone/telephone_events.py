"""What the telephone system says of a call while it lasts."""

from dataclasses import dataclass

from audio.block import Speaker


@dataclass(frozen=True, slots=True)
class Hold:
    """The customer is put on hold, or taken off it. Nothing is measured or transcribed in between."""

    at_s: float
    on: bool
    """True where the hold begins, false where it ends."""


@dataclass(frozen=True, slots=True)
class AgentChanged:
    """Another agent has the call from here on."""

    at_s: float
    agent: str
    """The name; empty if it is not known."""


@dataclass(frozen=True, slots=True)
class KeysPressed:
    """Telephone keys were pressed. Which ones is not kept."""

    at_s: float
    speaker: Speaker
    """On whose side."""


TelephoneEvent = Hold | AgentChanged | KeysPressed

KINDS: dict[str, type[TelephoneEvent]] = {
    "hold": Hold,
    "agent_changed": AgentChanged,
    "keys_pressed": KeysPressed,
}
"""See `monitor.call.events.KINDS`."""

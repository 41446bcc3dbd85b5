"""Which call it is, and whose: the same in every export and in every message to another system."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from audio.block import Speaker
from monitor.call.info import CallInfo, CallKind


@dataclass(frozen=True, slots=True)
class Identity:
    """Which call it is, and whose."""

    id: str
    """The day and the name of its folder, such as "2026-03-02/093000-a1b2c3"; empty if the call is not saved."""
    started: datetime
    """With its offset from UTC."""
    kind: CallKind
    """Whether it was monitored as it happened, or is a recording whose prompts nobody saw."""
    agent: str
    """Name of the agent."""
    customer: str
    """The customer, as the customer software names them."""
    attributes: Mapping[str, str]
    """What else was known at the start, such as contacts_30d = "3"."""
    channels: tuple[Speaker, ...]
    """Who is on each channel of the sound, in order."""


def identity(info: CallInfo, folder_name: str = "") -> Identity:
    """The identity of a call.

    Args:
        info: what is known of it.
        folder_name: of its folder; empty if it is not saved.
    """
    return Identity(
        id=f"{info.started:%Y-%m-%d}/{folder_name}" if folder_name else "",
        started=info.started,
        kind=info.kind,
        agent=info.agent,
        customer=info.customer,
        attributes=info.attributes,
        channels=info.speakers,
    )

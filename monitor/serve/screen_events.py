"""The events of a call as JSON, for the screen that shows them somewhere else."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import msgspec

from audio.values import PartialWords
from monitor.call.events import (
    KINDS,
    CallOver,
    LiveEvent,
    Progress,
    SessionNote,
    SessionState,
)
from monitor.settings.prompt_choices import PromptChoices

FOR_EVER_S = 1e9
"""Stands for infinity, which JSON does not have."""
SCREEN_KINDS: dict[str, type[LiveEvent]] = {
    **KINDS,
    "partial": PartialWords,
    "progress": Progress,
    "call_over": CallOver,
    "session": SessionState,
    "note": SessionNote,
    "choices": PromptChoices,
}
_NAMES = {kind: name for name, kind in SCREEN_KINDS.items()}


def encoded(event: LiveEvent) -> bytes:
    """The event as one JSON object."""
    if isinstance(event, Progress) and event.snoozed_until_s == math.inf:
        event = replace(event, snoozed_until_s=FOR_EVER_S)
    values: dict[str, Any] = msgspec.to_builtins(event)
    return msgspec.json.encode({"event": _NAMES[type(event)], **values})


def decoded(values: dict[str, Any]) -> LiveEvent | None:
    """The event of a JSON object; None for one of a newer version.

    Raises:
        msgspec.ValidationError: it is none.
    """
    kind = SCREEN_KINDS.get(str(values.pop("event", "")))
    if kind is None:
        return None
    event: LiveEvent = msgspec.convert(values, kind)
    if isinstance(event, Progress) and (event.snoozed_until_s or 0.0) >= FOR_EVER_S:
        event = replace(event, snoozed_until_s=math.inf)
    return event

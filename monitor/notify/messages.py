"""What messages to other systems carry: the `data` of each type of event. Every one says whose call it is."""

from collections.abc import Mapping
from typing import Literal

import msgspec

from audio.block import Speaker
from monitor.call.analysis import SpeakerFigures
from monitor.call.events import EndedWhy
from monitor.call.info import Identity
from rules.model import Outcome, Severity


class _Data(msgspec.Struct, frozen=True, omit_defaults=True):
    at_s: float
    """Seconds since the call started."""
    call: Identity


class CallStarted(_Data, frozen=True):
    """A call began."""


class PromptUp(_Data, frozen=True):
    """The agent was prompted."""

    rule: str
    action: str
    severity: Severity
    delay_s: float
    title: str | None = None
    """This and what follows only if the settings let words leave."""
    fact: str | None = None
    advice: str | None = None


class PromptDue(PromptUp, frozen=True):
    """The same in a recording that is played: nobody was prompted."""


class Escalation(_Data, frozen=True):
    """Somebody else should know of the call."""

    rule: str
    action: str
    severity: Severity
    speaker: Speaker
    value: float | None
    baseline: float | None
    limit: float | None
    owner: str
    protocol: str
    evidence: tuple[str, ...] | None = None
    """Only if the settings let words leave."""


class Bookmark(_Data, frozen=True):
    """The agent marked this moment."""


class Help(_Data, frozen=True):
    """The agent asked for a supervisor, took that back, or nobody has answered for 30 s."""

    state: Literal["asked", "withdrawn", "unanswered"]


class CallFigures(msgspec.Struct, frozen=True):
    """A call in numbers."""

    duration_s: float
    """Length of the sound."""
    speakers: Mapping[Speaker, SpeakerFigures]
    """Each speaker in numbers, as in `analyze --json`."""
    flags_count: Mapping[Severity, int]
    """How often rules fired, on trial or not, by severity."""
    bookmarks_count: int
    """How often the agent marked a moment."""
    prompts_count: int
    """Prompts that came up."""
    outcomes_count: Mapping[Outcome, int]
    """What became of them."""
    interruptions_count: int
    """How often one speaker cut in on the other."""
    dead_air_s: float
    """Sum of the silences of both of 3 s and more."""
    missing_s: float
    """Sum of the stretches in which sound or words are missing."""


class CallEnded(_Data, frozen=True):
    """A call is over."""

    why: EndedWhy
    figures: CallFigures


TYPES: Mapping[str, type[_Data]] = {
    "tone-monitor.call.started": CallStarted,
    "tone-monitor.prompt.shown": PromptUp,
    "tone-monitor.prompt.due": PromptDue,
    "tone-monitor.escalation": Escalation,
    "tone-monitor.flag": Bookmark,
    "tone-monitor.help": Help,
    "tone-monitor.call.ended": CallEnded,
}
"""The `type` of each event, and its `data`."""
TYPE_OF = {kind: name for name, kind in TYPES.items()}

Message = CallStarted | PromptUp | PromptDue | Escalation | Bookmark | Help | CallEnded

"""The event vocabulary of a call, and its form as JSON lines."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

import msgspec

from audio.measures import (
    Backchannel,
    DeadAir,
    Interruption,
    PitchSample,
    ToneSample,
    Turn,
    Usual,
    Utterance,
)
from rules.model import Easing, Firing, Prompt


@dataclass(frozen=True, slots=True)
class PromptShown:
    """What the agent was shown, and how late."""

    prompt: Prompt
    delay_s: float = 0.0
    """From the sound that caused it to the screen, beyond what media time alone explains."""


@dataclass(frozen=True, slots=True)
class PromptCleared:
    """A prompt went from the screen, or its outcome became known."""

    prompt: Prompt


@dataclass(frozen=True, slots=True)
class Mark:
    """Something a person noted: a flag by the agent, a supervisor's verdict."""

    at_s: float
    kind: Literal["flag", "note"]
    text: str = ""


@dataclass(frozen=True, slots=True)
class Gap:
    """Sound or words that are missing."""

    start_s: float
    end_s: float
    what: Literal["sound", "words"]
    why: str


@dataclass(frozen=True, slots=True)
class Health:
    """How well the monitor itself is doing, when that changes."""

    at_s: float
    part: Literal["microphone", "customer line", "words", "recording"]
    fine: bool
    note: str
    """One plain sentence for the agent's screen."""


EndedWhy = Literal["end of sound", "stopped", "error"]


@dataclass(frozen=True, slots=True)
class Ended:
    """The call is over; nothing follows."""

    at_s: float
    why: EndedWhy


@dataclass(frozen=True, slots=True)
class Progress:
    """Where the call stands, five times a second, for the screen alone: not part of the log."""

    heard_s: float
    """Media time of the last sound that went through."""
    behind_s: float = 0.0
    """How far the measuring is behind the sound."""
    words_behind_s: float = 0.0
    """Age of the oldest finished utterance whose words are not there yet."""
    recording: Literal["on", "off", "paused"] = "off"
    snoozed_until_s: float | None = None
    """Media time at which prompts come back; infinite for the rest of the call."""


CallEvent = (
    ToneSample
    | PitchSample
    | Usual
    | Turn
    | Interruption
    | Backchannel
    | DeadAir
    | Utterance
    | Firing
    | Easing
    | PromptShown
    | PromptCleared
    | Mark
    | Gap
    | Health
    | Ended
)

KINDS: dict[str, type[CallEvent]] = {
    "tone": ToneSample,
    "pitch": PitchSample,
    "usual": Usual,
    "turn": Turn,
    "interruption": Interruption,
    "backchannel": Backchannel,
    "dead_air": DeadAir,
    "utterance": Utterance,
    "firing": Firing,
    "easing": Easing,
    "prompt_shown": PromptShown,
    "prompt_cleared": PromptCleared,
    "mark": Mark,
    "gap": Gap,
    "health": Health,
    "ended": Ended,
}
"""The word under "event" in a line, and the type it stands for."""

_NAMES = {kind: name for name, kind in KINDS.items()}


def to_line(event: CallEvent) -> bytes:
    """One event as one JSON line; floats in their shortest exact form, absent values left out."""
    fields: dict[str, Any] = msgspec.to_builtins(event)
    present = {key: value for key, value in fields.items() if value is not None}
    return msgspec.json.encode({"event": _NAMES[type(event)], **present}) + b"\n"


def from_lines(lines: Iterable[bytes]) -> Iterator[CallEvent]:
    """Read events as far as they go.

    A torn last line ends the reading; unknown kinds (of a newer version) are passed over.
    """
    for line in lines:
        try:
            fields = msgspec.json.decode(line)
        except msgspec.DecodeError:
            return
        kind = KINDS.get(fields.pop("event", ""))
        if kind is not None:
            yield msgspec.convert(fields, kind)

"""The event vocabulary of a call, and its form as JSON lines."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from functools import cache
from typing import Any, Literal

import msgspec

from audio.block import Speaker
from audio.values import (
    Backchannel,
    DeadAir,
    HeardAgain,
    Interruption,
    PartialWords,
    PitchSample,
    ToneSample,
    Turn,
    Usual,
    Utterance,
)
from monitor.call.info import Edited
from monitor.call.old_prompts import renewed
from monitor.call.supervision import outside_events
from monitor.settings.prompt_choices import PromptChoices
from rules.model import Checklist, Easing, Firing, Noticed, Prompt, Ticked


@dataclass(frozen=True, slots=True)
class PromptShown:
    """What the agent was shown, and how late."""

    prompt: Prompt
    """As it was put up."""
    delay_s: float = 0.0
    """From the sound that caused it to the screen, beyond what media time alone explains."""


@dataclass(frozen=True, slots=True)
class PromptCleared:
    """A prompt went from the screen, or its outcome became known."""

    prompt: Prompt
    """As it is now: gone from the screen, or with its outcome."""


MarkKind = Literal["flag", "note", "confirm", "dismiss", "tag", "reviewed", "wrong", "answer", "dispute", "withdraw"]


@dataclass(frozen=True, slots=True)
class Mark:
    """Something a person noted: the agent's bookmark, a supervisor's verdict."""

    at_s: float
    kind: MarkKind
    """What the person did; the agent's own are "flag" (a bookmark), "wrong" (a prompt), "answer", "dispute" and
    "withdraw" (the disputes of a flag)."""
    text: str = ""
    """The note or the answer to one, the tag, or why a flag was dismissed or is disputed."""
    by: str = ""
    """Name of the person."""
    made: str = ""
    """Calendar time, ISO 8601; marks made during the call have none."""
    rule: str = ""
    """The rule whose flag at `at_s` is confirmed, dismissed, disputed or no longer so, or whose prompt was wrong."""
    end_s: float | None = None
    """For a stretch rather than a moment."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Sound or words that are missing."""

    start_s: float
    end_s: float
    what: Literal["sound", "words"]
    """What is missing."""
    why: str
    """One plain sentence."""
    speaker: Speaker | None = None
    """Whose; None for everybody's."""


@dataclass(frozen=True, slots=True)
class Health:
    """How well the monitor itself is doing, when that changes."""

    at_s: float
    part: Literal["microphone", "echo", "customer line", "words", "recording", "voice", "wall"]
    """What it is about."""
    fine: bool
    """Whether it works."""
    note: str
    """One plain sentence for the agent's screen."""
    cause: Literal["silent", "clipped", "gone", "gain", "gain control", "other voice"] | None = None
    """What is wrong with a device: silence, clipping, or that it is gone. Or what the voice is judged by from here on:
    another gain, its sound as the level is controlled, no profile. None for the rest."""


EndedWhy = Literal["end of sound", "stopped", "error"]


@dataclass(frozen=True, slots=True)
class Ended:
    """The call is over; nothing follows but what was heard again."""

    at_s: float
    why: EndedWhy
    """What ended it."""


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


@dataclass(frozen=True, slots=True)
class SessionState:
    """Where the session stands, when that changes, for the screen alone: not part of any log."""

    state: Literal["call", "ending", "waiting", "over", "failed"]
    """A call begins; its last words are awaited; there is none; there will be none any more; or none can be."""
    auto: bool = False
    remote: bool = False
    """Whether the customer's speech, or the telephone system, starts the next call."""
    usual_known: bool = False
    """Whether the call begins with a saved profile of the agent's usual."""
    prompting: frozenset[str] | None = None
    """The metrics of the agent on which a rule may prompt."""


@dataclass(frozen=True, slots=True)
class SessionNote:
    """What the agent should know about the session, for the screen alone: not part of any log."""

    title: str
    note: str
    """One plain sentence; empty when it is no longer true."""
    advice: str = ""
    between_calls: bool = False
    """Whether it waits until no call is in progress."""
    """What to do about it."""


@dataclass(frozen=True, slots=True)
class CallOver:
    """Whether the agent is asked if a call without speech since then is over, for the screen alone: not in the log."""

    since_s: float
    ends_s: float | None
    """Media time at which the call ends unless somebody speaks or answers; None when it is no longer asked."""


CallEvent = (
    ToneSample
    | PitchSample
    | Usual
    | Turn
    | Interruption
    | Backchannel
    | DeadAir
    | Utterance
    | HeardAgain
    | Firing
    | Easing
    | Noticed
    | Ticked
    | Checklist
    | PromptShown
    | PromptCleared
    | Mark
    | Edited
    | Gap
    | Health
    | Ended
    | outside_events.OutsideEvent
)

LiveEvent = CallEvent | PartialWords | Progress | CallOver | SessionState | SessionNote | PromptChoices
"""Everything a session reports while it runs; only the events of a call are kept."""

KINDS: dict[str, type[CallEvent]] = {
    "tone": ToneSample,
    "pitch": PitchSample,
    "usual": Usual,
    "turn": Turn,
    "interruption": Interruption,
    "backchannel": Backchannel,
    "dead_air": DeadAir,
    "utterance": Utterance,
    "heard_again": HeardAgain,
    "firing": Firing,
    "easing": Easing,
    "noticed": Noticed,
    "ticked": Ticked,
    "checklist": Checklist,
    "prompt_shown": PromptShown,
    "prompt_cleared": PromptCleared,
    "mark": Mark,
    "edited": Edited,
    "gap": Gap,
    "health": Health,
    "ended": Ended,
    **outside_events.KINDS,
}
"""The value of "event" in a line, and the type it stands for."""
_NAMES = {kind: name for name, kind in KINDS.items()}
_BEGINS = b'{"event":"'
_PLACED = re.compile(rb'\{"event":"[a-z_]+","place":(\d{1,9}),')
_DECODED = frozenset(name.encode() for name, kind in KINDS.items() if kind is not PromptCleared)
"""Straight from a line to its type, which is faster. Prompts are few, and older versions wrote them in another way."""
_BELIEVABLE = {"_s": (0.0, 1e6), "_hz": (1.0, 1e5), "_db": (-1e3, 1e3), "_dbfs": (-1e3, 1e3)}
"""The range of each unit; a log with a value outside it was damaged."""
_CHECKED = {
    kind: [
        (field.name, *limits)
        for field in fields(kind)
        for unit, limits in _BELIEVABLE.items()
        if field.name.endswith(unit)
    ]
    for kind in KINDS.values()
}
_OPTIONAL = {kind: {field.name for field in fields(kind) if field.default is None} for kind in KINDS.values()}


def to_line(event: CallEvent, place: int | None = None) -> bytes:
    """One event as one JSON line; floats in their shortest exact form, absent values left out.

    Args:
        event: to write.
        place: its number among all events of the call, if its line is written out of order; see `in_order`.
    """
    values: dict[str, Any] = msgspec.to_builtins(event)
    present = {key: value for key, value in values.items() if value is not None or key not in _OPTIONAL[type(event)]}
    placed = {} if place is None else {"place": place}
    return msgspec.json.encode({"event": _NAMES[type(event)], **placed, **present}) + b"\n"


def from_lines(lines: Iterable[bytes], torn: Callable[[bytes], None] | None = None) -> Iterator[CallEvent]:
    """Read events, however damaged their log is.

    A damaged line costs only that line; what follows is still valid. Kinds of a newer version are skipped.

    Args:
        lines: of the log.
        torn: called with each line that is not an event, so that a reader can count what is missing.
    """
    for line in lines:
        try:
            event = _event(line)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            if torn and line.strip():
                torn(line)
            continue
        if event is not None and _believable(event):
            yield event
        elif event is not None and torn:
            torn(line)


def in_order(lines: Sequence[bytes]) -> list[bytes]:
    """The lines of a log in the order of their events; words are written later, and say where they belong."""
    placed: dict[int, bytes] = {}
    others: list[bytes] = []
    for line in lines:
        if (found := _PLACED.match(line)) and int(found[1]) not in placed:
            placed[int(found[1])] = line
        else:
            others.append(line)
    rest = iter(others)
    ordered = [line for place in range(len(lines)) if (line := placed.pop(place, b"") or next(rest, b""))]
    return [*ordered, *rest, *(placed[place] for place in sorted(placed))]


def _event(line: bytes) -> CallEvent | None:
    """Read one line; None for a kind of a newer version."""
    if line.startswith(_BEGINS) and (name := line[len(_BEGINS) : line.find(b'"', len(_BEGINS))]) in _DECODED:
        return _decoder(name).decode(line)
    values = msgspec.json.decode(line, type=dict[str, Any])
    kind = KINDS.get(str(values.pop("event", "")))
    if kind is PromptCleared and isinstance(values.get("prompt"), dict):
        values["prompt"] = renewed(values["prompt"])
    return msgspec.convert(values, kind) if kind else None


@cache
def _decoder(name: bytes) -> msgspec.json.Decoder[CallEvent]:
    """Made when a line of its kind is read: all of them take some milliseconds, and a screen needs none to start."""
    return msgspec.json.Decoder(KINDS[name.decode()])


def _believable(event: CallEvent) -> bool:
    checked = _CHECKED[type(event)]
    return all((value := getattr(event, name)) is None or low <= value <= high for name, low, high in checked)

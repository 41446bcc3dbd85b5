"""Reads everything in a call folder, at once or during the call."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from audio.block import Speaker
from audio.values import Backchannel, DeadAir, HeardAgain, Interruption, Utterance
from monitor.call import marks
from monitor.call.by_kind import ByKind, Kind, by_kind
from monitor.call.consent import REFUSED, REFUSED_AFTERWARDS
from monitor.call.events import CallEvent, Ended, Gap, Health, Mark
from monitor.call.files import sound_parts
from monitor.call.info import CallInfo, CallKind, readable_info
from monitor.call.log import LogReader, sort_lines
from monitor.call.state import CallState, state
from monitor.call.telephone.agent_parts import AgentPart, own_events, parts_of, start_s
from monitor.call.transcript import transcript
from monitor.replay.curves import LONGEST_S, Curves, TonePoint, no_curves
from rules.model import Firing

SPEAKERS: tuple[Speaker, ...] = ("agent", "customer")
_steps = msgspec.json.Decoder(TonePoint)


@dataclass(frozen=True, slots=True, eq=False)
class CallLog:
    """All that is known of one call so far."""

    folder: Path
    info: CallInfo | None = None
    """None where call.toml cannot be read."""
    state: CallState = "ended"
    duration_s: float = 0.0
    curves: dict[Speaker, Curves] = field(default_factory=lambda: {speaker: no_curves() for speaker in SPEAKERS})
    events: tuple[CallEvent, ...] = field(default=(), repr=False)
    """All but tone and pitch, in the order in which they were written."""
    utterances: tuple[Utterance, ...] = field(default=(), repr=False)
    """Those with words, in the order in which they began."""
    marks: tuple[Mark, ...] = field(default=(), repr=False)
    """Of the agent and of those who listened since, in the order in which they were made."""
    sound: tuple[Path, ...] = ()
    """The parts of the recording."""
    parts: tuple[AgentPart, ...] = ()
    """Of an agent, if only hers are wanted of a call that another one took over."""
    unread: int = 0
    """Lines of the log that are damaged."""
    by_kind: ByKind = field(init=False, repr=False)
    """The same events, sorted."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_kind", by_kind(self.events))

    def of(self, kind: type[Kind]) -> Sequence[Kind]:
        """All events of a kind."""
        return self.by_kind.of(kind)

    @property
    def closed(self) -> bool:
        """Whether the call came to its end."""
        return bool(self.info and self.info.closed) or bool(self.of(Ended))

    @property
    def in_progress(self) -> bool:
        """Whether more will be said in the call."""
        return self.state == "open" and not self.closed

    @property
    def kind(self) -> CallKind:
        """Whether the agent could see the prompts."""
        return self.info.kind if self.info else "live"

    @property
    def mixed(self) -> bool:
        """Whether two people are on the one track."""
        return self.info is not None and self.info.mixed

    @property
    def speakers(self) -> tuple[Speaker, ...]:
        """Whose channels the recording has."""
        return self.info.speakers if self.info else SPEAKERS


class CallReader:
    """Reads a call folder, and what was added to it since.

    Args:
        folder: of the call.
    """

    def __init__(self, folder: Path) -> None:
        self.mine = ""
        """The agent to whose parts of the call to keep; empty for the whole call."""
        self._log = CallLog(folder)
        self._reader = LogReader(folder)

    def catch_up(self) -> CallLog:
        """Read what is new.

        A line that is not whole yet waits for its rest; lines that are damaged are left out and counted.

        Raises:
            CallFolderError: there is no log.
        """
        if self._reader.is_replaced:  # as when a call ended in silence
            self._log, self._reader = CallLog(self._log.folder), LogReader(self._log.folder)
        folder, reader = self._log.folder, self._reader
        lines = sort_lines(reader.lines())
        steps: dict[Speaker, list[TonePoint]] = {speaker: [] for speaker in SPEAKERS}
        for step in reader.rows(_steps, lines.tone):
            steps[step.speaker].append(step)
        said = reader.events(lines.others)
        events = self._log.events + tuple(event for event in said if 0 <= start_s(event) < LONGEST_S)
        curves = {speaker: self._log.curves[speaker].with_steps(steps[speaker]) for speaker in SPEAKERS}
        now = state(folder, time.time())
        info = readable_info(folder)
        parts = parts_of(info, self.mine) if info and self.mine and info.takeovers else ()
        events = tuple(own_events(events, parts)) if parts else events
        made = own_events(marks.read(folder), parts) if parts else marks.read(folder)
        torn = bool(reader.torn) and info is not None and info.closed
        self._log = CallLog(
            folder=folder,
            info=info,
            state=now,
            duration_s=_duration_s(info, curves, events),
            curves=curves,
            events=events,
            utterances=_transcript(events),
            marks=tuple(event for event in events if isinstance(event, Mark)) + tuple(made),
            sound=sound_parts(folder),
            parts=parts,
            unread=reader.damaged + torn,
        )
        return self._log


def _transcript(events: Sequence[CallEvent]) -> tuple[Utterance, ...]:
    said = by_kind(events)
    return tuple(transcript(said.of(Utterance), said.of(HeardAgain)))


def read(folder: Path) -> CallLog:
    """Read a call folder as it is.

    Raises:
        CallFolderError: there is no log.
    """
    return CallReader(folder).catch_up()


def notes(log: CallLog, sound_s: float, *, goes_on: bool = False) -> tuple[str, ...]:
    """Say in sentences what a call is, if not live, and what is missing from it.

    Args:
        log: what was read.
        sound_s: how much sound can be heard.
        goes_on: whether the call is being followed: what has not arrived yet is not missing.
    """
    over = not goes_on
    refused = log.info is not None and log.info.consent.status == "refused"
    said = [
        (log.info is None, "Can't read call.toml: agent, customer and time are unknown."),
        (over and log.in_progress, "This call is still in progress."),
        (over and log.state == "broken off" and not log.closed and log.info is not None, "This call broke off."),
        (log.kind == "recording", "Recording: nobody saw a prompt."),
        (refused, REFUSED_AFTERWARDS if sound_s or log.utterances else REFUSED),
        (over and sound_s == 0 and not refused, "There is no sound."),
        (over and 0 < sound_s < log.duration_s - 1, f"Only the first {sound_s:.0f} s have sound."),
        (over and not log.utterances and not refused, "There is no transcript."),
        (log.unread == 1, "1 line of the log is damaged and was skipped."),
        (log.unread > 1, f"{log.unread} lines of the log are damaged and were skipped."),
    ]
    return tuple(sentence for true, sentence in said if true)


def _duration_s(info: CallInfo | None, curves: dict[Speaker, Curves], events: tuple[CallEvent, ...]) -> float:
    """As long as whatever says most of it."""
    known = info.duration_s if info and 0 <= info.duration_s < LONGEST_S else 0.0
    return max(known, *(curve.end_s for curve in curves.values()), *map(_end_s, events), 0.1)


def _end_s(event: CallEvent) -> float:
    if isinstance(event, Utterance | Interruption | Backchannel | DeadAir | Gap):
        return min(event.end_s, LONGEST_S)
    return start_s(event) if isinstance(event, Ended | Firing | Health) else 0.0

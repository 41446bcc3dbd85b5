"""The one way to read a call's log: all of it or as it grows, and whatever is readable if it is torn or damaged.

A call that ended in a silence has its log cut here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import msgspec

from audio.values import (
    Backchannel,
    DeadAir,
    Interruption,
    PitchSample,
    ToneSample,
    Turn,
    Utterance,
)
from monitor.base.errors import CallFolderError
from monitor.call import files
from monitor.call.events import (
    CallEvent,
    Gap,
    Health,
    Mark,
    PromptCleared,
    PromptShown,
    from_lines,
    in_order,
    to_line,
)
from monitor.call.lock import LOG
from monitor.call.supervision.supervisor_events import HelpRequest, SupervisorAction, WordsShared
from monitor.call.telephone.telephone_events import AgentChanged, Hold, KeysPressed
from rules.model import Easing, Firing, Noticed, Prompt, Ticked

__all__ = ["LOG", "Lines", "LogReader", "NoLogError", "cut", "cut_lines", "read_events", "sort_lines"]

_TONE, _PITCH = b'{"event":"tone",', b'{"event":"pitch",'
"""How nearly all lines of a log begin; most readers decode them in a faster way than other events."""
_DAMAGED = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)

_SLACK_S = 1e-3
"""Times are rounded to a thousandth of a second."""

Row = TypeVar("Row")


class NoLogError(CallFolderError):
    """The folder has no log."""


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines of a log, each kind in its order."""

    tone: list[bytes]
    pitch: list[bytes]
    others: list[bytes]


class LogReader:
    """Reads the log of a call, then whatever is added to it.

    Args:
        folder: of the call.

    Attributes:
        torn: the last line, if only part of it is written yet; else empty.
        damaged: how many lines could not be decoded so far.
    """

    def __init__(self, folder: Path) -> None:
        self.torn = b""
        self.damaged = 0
        self._folder = folder
        self._read_to = 0
        self._file = 0
        """The number of the file that was read, as the file system has it."""

    @property
    def is_replaced(self) -> bool:
        """Whether the log is another file than the one that was read, so that it must be read from the start."""
        return self._read_to > 0 and self._number() not in {0, self._file}

    def lines(self) -> list[bytes]:
        """The new whole lines, without line ends; a torn one waits for the rest of it.

        Raises:
            NoLogError: there is no log.
            CallFolderError: it cannot be read.
        """
        try:
            self._file = self._file or self._number()
            with files.reading(self._folder / LOG) as log:
                log.seek(self._read_to)
                added = log.read()
        except OSError as error:
            kind = NoLogError if isinstance(error, FileNotFoundError) else CallFolderError
            raise kind(
                f"Can't read {LOG} in {self._folder}: {error.strerror or error}. Choose the folder of a call."
            ) from error
        self._read_to += len(added)
        lines = (self.torn + added).split(b"\n")
        self.torn = lines.pop()
        return lines

    def _number(self) -> int:
        """The number of the file; 0 if there is none."""
        try:
            return (self._folder / LOG).stat().st_ino
        except OSError:
            return 0

    def rest(self) -> list[bytes]:
        """The torn line, if there is one, as a line like any other: nothing more will be added to it."""
        rest, self.torn = self.torn, b""
        return [rest] if rest else []

    def events(self, lines: Iterable[bytes]) -> list[CallEvent]:
        """Decode lines of any kind; damaged ones are left out and counted."""
        return list(from_lines(lines, self._count))

    def rows(self, decoder: msgspec.json.Decoder[Row], lines: list[bytes]) -> list[Row]:
        """Decode lines of one kind all at once; damaged ones are left out and counted."""
        try:
            return decoder.decode_lines(b"\n".join(lines))
        except _DAMAGED:
            return list(self._rows(decoder, lines))

    def _rows(self, decoder: msgspec.json.Decoder[Row], lines: Iterable[bytes]) -> Iterator[Row]:
        for line in lines:
            try:
                yield decoder.decode(line)
            except _DAMAGED:
                self._count(line)

    def _count(self, _line: bytes) -> None:
        self.damaged += 1


def sort_lines(lines: Iterable[bytes]) -> Lines:
    """Separate lines of tone and pitch from the others by how they begin, without decoding them."""
    tone: list[bytes] = []
    pitch: list[bytes] = []
    others: list[bytes] = []
    for line in lines:
        if line.startswith(_TONE):
            tone.append(line)
        elif line.startswith(_PITCH):
            pitch.append(line)
        else:
            others.append(line)
    return Lines(tone, pitch, others)


def read_events(folder: Path) -> Iterator[CallEvent]:
    """Read all readable events of a call, in the order they were reported.

    Raises:
        CallFolderError: there is no log, or it cannot be read.
    """
    reader = LogReader(folder)
    yield from from_lines(in_order([*reader.lines(), *reader.rest()]))


def cut(events: Iterable[CallEvent], until_s: float) -> Iterator[CallEvent]:
    """The events as they would be if the call had ended earlier: nothing that came later, nothing that lasts longer.

    Args:
        events: of a call, in which nobody spoke after `until_s`: so no judgement depends on what is left out.
        until_s: the new end.
    """
    for event in events:
        if (kept := _cut(event, until_s)) is not None:
            yield kept


def cut_lines(log: bytes, until_s: float) -> bytes:
    """Do the same with the lines of a log, and put them into their order."""
    return b"".join(map(to_line, cut(from_lines(in_order(log.splitlines())), until_s)))


def _cut(event: CallEvent, until_s: float) -> CallEvent | None:
    """The event with its new end; None for one that came later."""
    kept, at_s = event, 0.0
    match event:
        case ToneSample(end_s=end_s) | PitchSample(end_s=end_s):
            at_s = end_s - _SLACK_S
        case Turn() | Interruption() | Backchannel() | DeadAir() | Utterance() | Noticed() | Gap():
            at_s, kept = event.start_s, replace(event, end_s=min(event.end_s, until_s))
        case Firing(start_s=start_s):
            at_s = start_s
        case Easing() | Ticked() | Mark() | Health() | Hold() | AgentChanged() | KeysPressed():
            at_s = event.at_s
        case HelpRequest() | SupervisorAction() | WordsShared():
            at_s = event.at_s
        case PromptShown(prompt):
            at_s = prompt.since_s
        case PromptCleared(prompt):
            went_later = prompt.until_s is not None and prompt.until_s > until_s
            if went_later and prompt.after is None:  # it was still up, and another event says what became of it
                return None
            at_s, kept = prompt.since_s, replace(event, prompt=_prompt(prompt, until_s) if went_later else prompt)
        case _:  # what is reported at the end of a call, whenever that is
            pass
    return kept if at_s <= until_s else None


def _prompt(prompt: Prompt, until_s: float) -> Prompt:
    return replace(prompt, until_s=until_s, taken_down="call_ended")

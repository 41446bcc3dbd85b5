"""A call as its folder has it: who and when, all events by their kind, and what people noted; card numbers masked."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

from audio.block import Speaker
from audio.measures import PitchSample, ToneSample, Turn
from monitor import marks
from monitor.analysis import Analysis, Call
from monitor.calls import CallInfo, read_events, read_info
from monitor.events import CallEvent, Mark
from monitor.export.redaction import quoted, redacted
from monitor.summary import analysis, heard_s
from rules.model import Firing

Kind = TypeVar("Kind")


@dataclass(frozen=True, slots=True)
class Kept:
    """All there is to report of one call."""

    id: str
    """The day and the name of its folder."""
    info: CallInfo
    duration_s: float
    """Of the sound; for a call that broke off, as far as its events go."""
    analysis: Analysis
    marks: tuple[Mark, ...]
    """In the order of the call: those made while it went on and those made later."""
    silent: tuple[tuple[float, float], ...]
    """Start and end in seconds of what must not be heard: digits that were masked."""
    _by_kind: dict[type, list[CallEvent]] = field(repr=False)

    def of(self, kind: type[Kind]) -> list[Kind]:
        """All events of one kind, in their order."""
        return self._by_kind.get(kind, [])  # type: ignore[return-value]  # sorted by their types in `kept`

    def tone(self, speaker: Speaker) -> list[ToneSample]:
        """A speaker's tone, while speaking."""
        return [sample for sample in self.of(ToneSample) if sample.speaker == speaker and sample.speaking]

    def pitch(self, speaker: Speaker) -> list[PitchSample]:
        """A speaker's pitch."""
        return [sample for sample in self.of(PitchSample) if sample.speaker == speaker]

    def turns(self, speaker: Speaker) -> list[Turn]:
        """A speaker's turns in their order."""
        return [turn for turn in self.analysis.turns if turn.speaker == speaker]


def read(folder: Path) -> Kept:
    """Read the folder of a call.

    Raises:
        CallFolderError: it holds none.
    """
    info = read_info(folder)
    return kept(f"{info.started:%Y-%m-%d}/{folder.resolve().name}", info, read_events(folder), marks.read(folder))


def kept(name: str, info: CallInfo, events: Iterable[CallEvent], later: Iterable[Mark] = ()) -> Kept:
    """Sort out what is known of a call.

    Args:
        name: its id.
        info: who, when and with what.
        events: all that was said of it.
        later: what people noted afterwards.
    """
    said = tuple(events)
    by_kind: dict[type, list[CallEvent]] = defaultdict(list)
    for event in said:
        by_kind[type(event)].append(_masked(event))
    duration_s = info.duration_s or heard_s(said)
    call = Call(info.source, duration_s, info.speakers, info.model, info.rules)
    live = [event for event in said if isinstance(event, Mark)]
    noted = tuple(replace(mark, text=quoted(mark.text)) for mark in sorted([*live, *later], key=lambda mark: mark.at_s))
    told = redacted(analysis(call, said))
    return Kept(name, info, duration_s, told.analysis, noted, told.stretches, dict(by_kind))


def _masked(event: CallEvent) -> CallEvent:
    if isinstance(event, Firing):
        return replace(event, evidence=tuple(map(quoted, event.evidence)))
    return event

"""A call as its folder has it: who and when, all events by their kind, and what people noted."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from audio.block import Speaker
from audio.measures import PitchSample, ToneSample, Turn
from monitor import marks
from monitor.analysis import Analysis, Call
from monitor.calls import CallInfo, read_events, read_info
from monitor.events import CallEvent, Mark
from monitor.summary import analysis

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
    name = f"{folder.resolve().parent.name}/{folder.resolve().name}"
    return kept(name, read_info(folder), read_events(folder), marks.read(folder))


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
        by_kind[type(event)].append(event)
    end_s = max((event.end_s for event in said if isinstance(event, ToneSample)), default=0.0)
    duration_s = info.duration_s or end_s
    call = Call(info.source, duration_s, info.speakers, info.model, info.rules)
    live = [event for event in said if isinstance(event, Mark)]
    noted = tuple(sorted([*live, *later], key=lambda mark: mark.at_s))
    return Kept(name, info, duration_s, analysis(call, said), noted, dict(by_kind))

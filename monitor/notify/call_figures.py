"""The figures of a call that ends: from its events as they come, tone and pitch kept as bare numbers."""

from array import array
from collections import Counter
from collections.abc import Sequence
from dataclasses import fields

import numpy as np

from audio.block import Speaker
from audio.values import PitchSample, ToneSample
from monitor.call.analysis import Analysis
from monitor.call.by_kind import by_kind
from monitor.call.events import CallEvent, Ended, Mark
from monitor.call.info import CallInfo
from monitor.call.log import cut
from monitor.call.summary import analysed_call, in_numbers
from monitor.call.tone_arrays import Pitch, Tone, while_speaking
from monitor.notify.messages import CallFigures

SPEAKERS: tuple[Speaker, ...] = ("agent", "customer")
_COLUMNS = tuple(field.name for field in fields(Tone))


class CallRecord:
    """Takes the events of one call, and gives its figures at the end.

    Args:
        info: what is known of the call.
    """

    def __init__(self, info: CallInfo) -> None:
        self._info = info
        self._tone = {speaker: tuple(array("d") for _ in _COLUMNS) for speaker in SPEAKERS}
        self._pitch = {speaker: (array("d"), array("d")) for speaker in SPEAKERS}
        self._others: list[CallEvent] = []

    def feed(self, event: CallEvent) -> None:
        """Take the next event."""
        match event:
            case ToneSample():
                if event.speaking:
                    for column, name in zip(self._tone[event.speaker], _COLUMNS, strict=True):
                        value = getattr(event, name)
                        column.append(np.nan if value is None else value)
            case PitchSample():
                starts_s, pitch_hz = self._pitch[event.speaker]
                starts_s.append(event.start_s)
                pitch_hz.append(event.pitch_hz)
            case _:
                self._others.append(event)

    def figures(self, end: Ended) -> CallFigures:
        """The call in numbers, as its report and its exports have them."""
        said = by_kind(cut(self._others, end.at_s))
        tone = {speaker: Tone(*map(np.asarray, columns)) for speaker, columns in self._tone.items()}
        pitch = {
            speaker: while_speaking(Pitch(*map(np.asarray, columns)), tone[speaker])
            for speaker, columns in self._pitch.items()
        }
        return figures(in_numbers(analysed_call(self._info, end.at_s), said, tone, pitch))


def figures(analysis: Analysis) -> CallFigures:
    """The figures of an analysed call."""
    return CallFigures(
        duration_s=analysis.call.duration_s,
        speakers=analysis.speakers,
        flags_count=Counter(row.severity for row in analysis.firings),
        bookmarks_count=_count(analysis.marks, "flag"),
        prompts_count=len(analysis.prompts),
        outcomes_count=Counter(prompt.outcome for prompt in analysis.prompts if prompt.outcome),
        interruptions_count=len(analysis.interruptions),
        dead_air_s=round(sum(one.end_s - one.start_s for one in analysis.dead_air), 3),
        missing_s=round(sum(one.end_s - one.start_s for one in analysis.gaps), 3),
    )


def _count(marks: Sequence[Mark], kind: str) -> int:
    return sum(mark.kind == kind for mark in marks)

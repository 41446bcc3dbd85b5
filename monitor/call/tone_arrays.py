"""Tone and pitch of a call as arrays: an hour has a hundred thousand samples, too many to be objects.

They are nearly all of a log; what reports and exports need is read straight into small rows.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from operator import attrgetter
from pathlib import Path
from typing import Annotated

import msgspec
import numpy as np
from numpy.typing import NDArray

from audio.block import Speaker
from audio.values import PitchSample, ToneSample
from monitor.call.events import CallEvent
from monitor.call.log import LogReader, sort_lines

Numbers = NDArray[np.float64]

STEP_S = 0.1
"""Between the samples of tone and pitch."""

Seconds = Annotated[float, msgspec.Meta(ge=0, le=1e6)]
Hertz = Annotated[float, msgspec.Meta(ge=1, le=1e5)]
Level = Annotated[float, msgspec.Meta(ge=-1e3, le=1e3)]
"""In dB, semitones, per cent and the like. A value outside the range was damaged, and would spoil every mean."""


class ToneRow(msgspec.Struct, gc=False):
    """The part of a tone sample that is needed; its fields are those of `audio.values.ToneSample`."""

    speaker: Speaker
    start_s: Seconds
    end_s: Seconds
    speaking: bool
    level_dbfs: Level | None = None
    level_over_baseline_db: Level | None = None
    articulation_rate_sps: Level | None = None
    rate_over_baseline_pct: Level | None = None
    pitch_over_baseline_st: Level | None = None


class PitchRow(msgspec.Struct, gc=False):
    """The part of a pitch sample that is needed; its fields are those of `audio.values.PitchSample`."""

    speaker: Speaker
    start_s: Seconds
    end_s: Seconds
    pitch_hz: Hertz


Logged = CallEvent | ToneRow | PitchRow
"""An event of a log, tone and pitch as rows."""

_tone_rows, _pitch_rows = msgspec.json.Decoder(ToneRow), msgspec.json.Decoder(PitchRow)


@dataclass(frozen=True, slots=True, eq=False)
class Tone:
    """A speaker's tone while speaking; all arrays have shape (n,), NaN where there was nothing to measure."""

    start_s: Numbers
    level_dbfs: Numbers
    level_over_baseline_db: Numbers
    articulation_rate_sps: Numbers
    rate_over_baseline_pct: Numbers
    pitch_over_baseline_st: Numbers


@dataclass(frozen=True, slots=True, eq=False)
class Pitch:
    """A speaker's pitch, voiced steps only; all arrays have shape (n,)."""

    start_s: Numbers
    hz: Numbers

    @property
    def st(self) -> Numbers:
        """In semitones above 1 Hz, so that a difference is an interval."""
        return 12 * np.log2(self.hz)


def tone(rows: Iterable[ToneSample | ToneRow], speaker: Speaker) -> Tone:
    """Put a speaker's samples, those while speaking, into arrays."""
    own = [row for row in rows if row.speaking and row.speaker == speaker]
    return Tone(*(_column(own, field.name) for field in fields(Tone)))


def pitch(rows: Iterable[PitchSample | PitchRow], speaker: Speaker) -> Pitch:
    """Put a speaker's pitch into arrays."""
    own = [row for row in rows if row.speaker == speaker]
    return Pitch(_column(own, "start_s"), _column(own, "pitch_hz"))


def while_speaking(pitch: Pitch, tone: Tone) -> Pitch:
    """The pitch of the steps in which the speaker speaks: in the others, a voice is somebody else's that leaks in."""
    own = np.isin((pitch.start_s / STEP_S).round(), (tone.start_s / STEP_S).round())
    return Pitch(pitch.start_s[own], pitch.hz[own])


def known(values: Numbers) -> Numbers:
    """The values that were measured."""
    return values[~np.isnan(values)]


def read(folder: Path) -> list[Logged]:
    """Read everything readable in the log of a call, tone and pitch as rows, each kind in its order.

    Raises:
        CallFolderError: there is no log, or it cannot be read.
    """
    reader = LogReader(folder)
    lines = sort_lines([*reader.lines(), *reader.rest()])
    return [
        *reader.rows(_tone_rows, lines.tone),
        *reader.rows(_pitch_rows, lines.pitch),
        *reader.events(lines.others),
    ]


def _column(rows: Sequence[object], name: str) -> Numbers:
    return np.array(list(map(attrgetter(name), rows)), np.float64)

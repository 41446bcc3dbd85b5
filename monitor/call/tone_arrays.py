"""Tone and pitch of a call as columns of numbers: an hour has a hundred thousand samples, too many to be objects.

The log holds little else; what the reports and exports need of it is read straight into small rows.
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

Seconds = Annotated[float, msgspec.Meta(ge=0, le=1e6)]
Hertz = Annotated[float, msgspec.Meta(ge=1, le=1e5)]
Level = Annotated[float, msgspec.Meta(ge=-1e3, le=1e3)]
"""In dB, semitones, per cent and the like. What lies beyond these was damaged, and would spoil every mean."""


class ToneRow(msgspec.Struct, gc=False):
    """What is needed of a tone sample; its fields are those of `audio.values.ToneSample`."""

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
    """What is needed of a pitch sample; its fields are those of `audio.values.PitchSample`."""

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
    """A speaker's pitch, voiced steps alone; all arrays have shape (n,)."""

    start_s: Numbers
    hz: Numbers

    @property
    def st(self) -> Numbers:
        """In semitones over 1 Hz, so that a difference is an interval."""
        return 12 * np.log2(self.hz)


def tone(rows: Iterable[ToneSample | ToneRow], speaker: Speaker) -> Tone:
    """Put what a speaker's samples say, while speaking, into columns."""
    own = [row for row in rows if row.speaking and row.speaker == speaker]
    return Tone(*(_column(own, field.name) for field in fields(Tone)))


def pitch(rows: Iterable[PitchSample | PitchRow], speaker: Speaker) -> Pitch:
    """Put a speaker's pitch into columns."""
    own = [row for row in rows if row.speaker == speaker]
    return Pitch(_column(own, "start_s"), _column(own, "pitch_hz"))


def known(values: Numbers) -> Numbers:
    """Those that were measured."""
    return values[~np.isnan(values)]


def read(folder: Path) -> list[Logged]:
    """Read the log of a call as far as it can be read, tone and pitch as rows, each kind in its order.

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

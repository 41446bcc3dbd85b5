"""What `analyze --json` prints, typed: the whole of one call in numbers, words and prompts."""

from dataclasses import dataclass, field

import msgspec

from audio.block import Speaker
from audio.values import DeadAir, Interruption, Turn, Word
from monitor.call.consent import Consent
from monitor.call.events import Gap
from monitor.call.info import CallKind
from rules.model import ChecklistStep, Noticed, Prompt, Severity


@dataclass(frozen=True, slots=True)
class Call:
    """What was analysed, and with what."""

    source: str
    duration_s: float
    speakers: tuple[Speaker, ...]
    model: str
    rules: str
    notes: tuple[str, ...] = ()
    """Sentences on how the recording had to be read, such as a mono mix taken as one speaker."""
    consent: Consent = field(default_factory=Consent)
    kind: CallKind = "live"
    """Whether the agent could see the prompts."""


@dataclass(frozen=True, slots=True)
class Baseline:
    """A speaker's usual values at the end of the call; None where there was too little speech."""

    level_dbfs: float | None = None
    articulation_rate_sps: float | None = None
    pitch_hz: float | None = None
    balance_db: float | None = None


@dataclass(frozen=True, slots=True)
class SpeakerFigures:
    """One speaker in numbers; None where there was nothing to measure."""

    talk_time_s: float
    talk_share: float
    """Of all speech in the call, 0 … 1."""
    speech_rate_wpm: float | None
    """Words a minute of the speaker's turns, pauses included."""
    articulation_rate_sps: float | None
    """Syllables a second of speech, pauses over 0.25 s removed: mean over the call."""
    level_dbfs: float | None
    """Energy mean of the speech."""
    pitch_hz: float | None
    """Median."""
    pitch_sd_st: float | None
    """Standard deviation in semitones."""
    longest_turn_s: float
    interruptions: int
    backchannels: int
    baseline: Baseline


@dataclass(frozen=True, slots=True)
class ToneCurves:
    """One speaker's tone, a value a step; None where there was nothing to measure."""

    step_s: float
    speaking: tuple[int, ...]
    level_dbfs: tuple[float | None, ...]
    pitch_hz: tuple[float | None, ...]
    articulation_rate_sps: tuple[float | None, ...]
    level_over_baseline_db: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class UtteranceText:
    """An utterance with its words."""

    speaker: Speaker
    start_s: float
    end_s: float
    text: str
    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class FiringRow:
    """A rule that fired."""

    rule: str
    speaker: Speaker
    start_s: float
    value: float | None
    baseline: float | None
    limit: float | None
    severity: Severity


@dataclass(frozen=True, slots=True)
class Analysis:
    """The whole of one call."""

    version: int
    call: Call
    speakers: dict[Speaker, SpeakerFigures]
    tone: dict[Speaker, ToneCurves]
    turns: tuple[Turn, ...]
    interruptions: tuple[Interruption, ...]
    dead_air: tuple[DeadAir, ...]
    utterances: tuple[UtteranceText, ...]
    firings: tuple[FiringRow, ...]
    prompts: tuple[Prompt, ...]
    checklists: dict[str, tuple[ChecklistStep, ...]] = field(default_factory=dict)
    noticed: tuple[Noticed, ...] = ()
    """What a report lists: questions, apologies, promises with their due dates."""
    gaps: tuple[Gap, ...] = ()

    def to_json(self) -> bytes:
        """One JSON object; floats in their shortest exact form, so that equal analyses are equal bytes."""
        return msgspec.json.encode(self)

"""What `analyze --json` prints, typed: the whole of one call in numbers, words and prompts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

import msgspec

from audio.block import Speaker
from audio.engines import Engine
from audio.values import Backchannel, DeadAir, Interruption, Turn, Word
from monitor.call.coaching.agreed import Action
from monitor.call.consent import Consent
from monitor.call.events import Gap, Mark
from monitor.call.info import CallKind, Identity
from monitor.call.scorecard.card import Card
from rules.model import ChecklistStep, Noticed, Prompt, Severity

Judgement = Literal["confirm", "dismiss"]
"""What a person said of a flag."""


@dataclass(frozen=True, slots=True)
class Call:
    """What was analysed, and with what."""

    source: str
    """Name of the file or of the devices; `analyze` prints the path."""
    duration_s: float
    """Length of the sound."""
    speakers: tuple[Speaker, ...]
    """Who was measured."""
    model: str
    """The Whisper model; "none" for no words."""
    rules: str
    """Hash of the rulebook."""
    notes: tuple[str, ...] = ()
    """Sentences on how the recording had to be read, such as a mono mix taken as one speaker."""
    consent: Consent = field(default_factory=Consent)
    """Whether the customer agreed to be recorded."""
    id: str = ""
    """The day and the name of its folder, such as "2026-03-02/093000-a1b2c3"; empty if the call is not saved."""
    started: datetime | None = None
    """With its offset from UTC."""
    kind: CallKind = "live"
    """Whether it was monitored as it happened, or is a recording whose prompts nobody saw."""
    agent: str = ""
    """Name of the agent."""
    customer: str = ""
    """The customer, as the customer software names them."""
    attributes: Mapping[str, str] = field(default_factory=dict)
    """What else was known at the start, such as contacts_30d = "3"."""
    channels: tuple[Speaker, ...] = ()
    """Who is on each channel of the sound, in order."""
    mixed: bool = False
    """Whether two people are on its one track: then there are no figures, turns, flags or prompts."""
    engine: Engine = "swift"
    """What measured the tone: swift-f0 and functions of ours, or librosa."""
    separated: bool = False
    """Whether two people on its one track were told apart by their voices: then who spoke when is estimated, and so is
    every figure, word, flag and prompt."""

    @property
    def identity(self) -> Identity | None:
        """Which call it is, and whose; None if it is not known when it started."""
        if self.started is None:
            return None
        return Identity(
            self.id, self.started, self.kind, self.agent, self.customer, self.attributes, self.channels or self.speakers
        )


@dataclass(frozen=True, slots=True)
class Baseline:
    """A speaker's usual values at the end of the call; None where there was too little speech."""

    level_dbfs: float | None = None
    """Of the speech."""
    articulation_rate_sps: float | None = None
    """Syllables a second of speech."""
    pitch_hz: float | None = None
    """Of the voiced speech."""
    balance_db: float | None = None
    """Energy above 1 kHz over energy below."""


@dataclass(frozen=True, slots=True)
class SpeakerFigures:
    """One speaker in numbers; None where there was nothing to measure."""

    talk_time_s: float
    """Seconds of speech."""
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
    """Without a break of 0.5 s."""
    interruptions: int
    """How often they cut in."""
    backchannels: int
    """How often they said "mm-hm" or the like while the other spoke."""
    baseline: Baseline
    """Their usual values."""
    estimated: bool = False
    """Whether the speaker was told apart from another one on the same track, by the voice."""


@dataclass(frozen=True, slots=True)
class ToneCurves:
    """One speaker's tone, a value a step; None where there was nothing to measure."""

    step_s: float
    """Length of a step."""
    speaking: tuple[int, ...]
    """1 where the step is speech, else 0."""
    level_dbfs: tuple[float | None, ...]
    """RMS of the step's speech."""
    pitch_hz: tuple[float | None, ...]
    """Median of the step's voiced sound."""
    articulation_rate_sps: tuple[float | None, ...]
    """Syllables a second of speech, over the last 8 s of it."""
    level_over_baseline_db: tuple[float | None, ...]
    """Energy mean of the last 2 s of speech over the speaker's usual."""


@dataclass(frozen=True, slots=True)
class UtteranceText:
    """An utterance with its words."""

    speaker: Speaker
    start_s: float
    end_s: float
    text: str
    """The words joined by spaces."""
    words: tuple[Word, ...]
    """In the order in which they were spoken."""
    language: str = ""
    """Code of the language, such as "de", where the call was listened to for it: "und" for one that the model doesn't
    know; empty for English."""


@dataclass(frozen=True, slots=True)
class FiringRow:
    """A rule that fired."""

    rule: str
    speaker: Speaker
    start_s: float
    """When its conditions came true."""
    value: float | None
    """The reading at which it fired; None if words alone made it fire."""
    baseline: float | None
    """The speaker's usual in the unit of `value`, where it is known."""
    limit: float | None
    """The value from which the condition holds."""
    severity: Severity
    """A note never prompts."""
    verdict: Judgement | None = None
    """What a person said of it last; None if nobody has judged it."""


@dataclass(frozen=True, slots=True)
class Review:
    """What people made of the whole call."""

    reviewed: bool = False
    """Whether somebody has marked it as reviewed and has not taken that back."""
    reviewer: str = ""
    """Who did."""
    reviewed_at: str = ""
    """When, ISO 8601."""
    tags: tuple[str, ...] = ()
    """Each once, in alphabetical order."""


@dataclass(frozen=True, slots=True)
class Analysis:
    """The whole of one call."""

    version: int
    """Of this format: 1. Keys are only added to it."""
    call: Call
    """Which call, and whose."""
    speakers: dict[Speaker, SpeakerFigures]
    """Each speaker in numbers."""
    tone: dict[Speaker, ToneCurves]
    """Each speaker's curves."""
    turns: tuple[Turn, ...]
    """In the order in which they began."""
    interruptions: tuple[Interruption, ...]
    """Who cut in on whom."""
    dead_air: tuple[DeadAir, ...]
    """Silences of both."""
    utterances: tuple[UtteranceText, ...]
    """What was said, with the words of the second pass where there was one."""
    firings: tuple[FiringRow, ...]
    """Rules that fired, on trial or not."""
    prompts: tuple[Prompt, ...]
    """Prompts, with what became of them."""
    checklists: dict[str, tuple[ChecklistStep, ...]] = field(default_factory=dict)
    """The steps of each checklist, done or not."""
    noticed: tuple[Noticed, ...] = ()
    """What a report lists: questions, apologies, promises with their due dates."""
    gaps: tuple[Gap, ...] = ()
    """Sound or words that are missing."""
    backchannels: tuple[Backchannel, ...] = ()
    """Short signs of listening while the other speaks."""
    marks: tuple[Mark, ...] = ()
    """What people noted, in the call and after it, in the order in which they did."""
    utterances_live: tuple[UtteranceText, ...] = ()
    """What was said as the rules judged it, if a second pass over the call found better words; else empty."""
    review: Review = field(default_factory=Review)
    """Whether it was reviewed, by whom, and its tags."""
    actions: tuple[Action, ...] = ()
    """What the agent and a coach agreed on after it."""
    scorecards: tuple[Card, ...] = ()
    """How people scored it, the oldest card first."""

    def to_json(self) -> bytes:
        """One JSON object; floats in their shortest exact form, so that equal analyses are equal bytes."""
        return msgspec.json.encode(self)

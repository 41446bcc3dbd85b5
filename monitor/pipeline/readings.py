"""Measures in, readings out: everything a rule can compare with a limit, tone and turn-taking."""

import math
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from statistics import fmean, pstdev

from audio.block import Speaker
from audio.measure.effort import effort_db
from audio.measure.joint_rise import JointRise, shares_of_clear
from audio.measure.microphone import SPREAD_S, spread_db
from audio.values import Interruption, Measure, PitchSample, ToneSample, Utterance
from monitor.pipeline.metrics import TONE
from rules.model import Reading

STEPS_PER_S = 10
"""Tone samples a second."""
JOINED_STEPS = 5
"""Speech after a gap of less than 0.5 s continues the turn."""
SOUND_STEPS = 2
"""0.2 s of speech are a "mm-hm"; less is a breath."""
TAKES_THE_TURN_STEPS = 10
"""Speech of more than 1.0 s takes the turn; less is a backchannel."""
SHORT_TURN_STEPS = 25
"""2.5 s of speech are about eight words; the rate of shorter turns says little, as it depends on their length."""
EARLY_STEPS = 2
"""An overlap of up to 0.2 s is an ordinary exchange of turns."""
RATES = frozenset({"articulation_rate_sps", "rate_over_baseline_pct", "rate_lately_over_baseline_pct", "rate_ahead_s"})
"""Read only where they can be compared with the usual, and not for short turns."""
MINUTE_S = 60.0
RANGE_PITCHES = 600
"""60 s of voiced speech, over which the range of the pitch is taken."""
LEAST_RANGE_PITCHES = 300
ECHO_STEPS = 1200
"""2 min, as far back as words may come: the steps in which the customer was heard in the agent's microphone."""
SPOKEN_STEPS = 1200
"""2 min of speech, for the same reason."""
ECHO_SHARE = 0.5
"""Of an utterance of the agent; from here on its words may be the customer's."""
BLAME = frozenset({"interruptions_per_min", "early_starts_per_min"})
"""What an echo makes of every turn of the customer."""
LATELY_STEPS, LEAST_LATELY_STEPS = 20, 10
"""2 s of speech, over which the effort is averaged: one stressed word is no raised voice. Under 1 s says nothing."""
LATELY_S = 6.0
"""Effort from longer ago, before a pause, no longer counts."""
PITCH_BY_LEVEL_ST = 0.4
"""Semitones by which pitch rises with each decibel of level (0.2 to 0.6 in the literature)."""


@dataclass(slots=True, eq=False)
class _Voice:
    """The state of one speaker so far; all lengths in steps."""

    here: bool = False
    """Whether it is in the call at all."""
    turn: int = 0
    """Speech of the turn in progress; 0 if there is none."""
    quiet: int = 0
    """Since it was last heard."""
    overlapped: int = 0
    """Speech of this turn while the other spoke, too."""
    talked: int = 0
    """Speech since the other last took the turn."""
    unbroken: int = 0
    """Speech since the other last made any sound."""
    early: deque[float] = field(default_factory=deque)
    """Start of each turn that began before the other speaker's turn ended."""
    interruptions: deque[float] = field(default_factory=deque)
    pitches_st: deque[float] = field(default_factory=lambda: deque(maxlen=RANGE_PITCHES))
    pitch_count: int = 0
    powers: deque[float] = field(default_factory=lambda: deque(maxlen=LATELY_STEPS))
    """Of the last 2 s of speech."""
    levels_db: deque[float] = field(default_factory=lambda: deque(maxlen=SPREAD_S))
    """Their level, once for each second of speech: known before anything is usual."""
    level_count: int = 0
    spoken: deque[int] = field(default_factory=lambda: deque(maxlen=SPOKEN_STEPS))
    """The latest steps of speech."""
    joint: JointRise = field(default_factory=JointRise)
    efforts_db: deque[tuple[float, float]] = field(default_factory=lambda: deque(maxlen=LATELY_STEPS))
    """When it was measured, and the effort."""


class Readings:
    """Reads the metrics of one call off its measures, fed in the order in which they were made.

    Metrics of tone are read while their speaker speaks. Those of turn-taking are read when they change, and need both
    sides of the call: of one side alone it is not known who else spoke.
    """

    def __init__(self) -> None:
        self._voices: dict[Speaker, _Voice] = {"agent": _Voice(), "customer": _Voice()}
        self._begun = False
        """Whether anybody was heard in this call; silence before that is not dead air."""
        self._told: dict[tuple[Speaker, str], float] = {}
        self._echoed: deque[int] = deque(maxlen=ECHO_STEPS)
        self.echo = False
        """Whether the customer is heard in the agent's microphone: what may be the customer's is not read as hers."""

    def may_be_echo(self, utterance: Utterance) -> bool:
        """Whether the agent's words may be the customer's, heard in her microphone."""
        start, end = round(utterance.start_s * STEPS_PER_S), round(utterance.end_s * STEPS_PER_S)
        echoed = sum(start <= step < end for step in self._echoed)
        return utterance.speaker == "agent" and echoed > ECHO_SHARE * (end - start)

    def speech_s(self, utterance: Utterance) -> float:
        """Speech in an utterance; 0 if it is too long ago to be known."""
        start, end = round(utterance.start_s * STEPS_PER_S), round(utterance.end_s * STEPS_PER_S)
        spoken = self._voices[utterance.speaker].spoken
        if len(spoken) == SPOKEN_STEPS and spoken[0] > start:
            return 0.0
        return sum(start <= step < end for step in spoken) / STEPS_PER_S

    def feed(self, measure: Measure) -> Iterator[Reading]:
        """Take a measure; an interruption counts from the next tone sample on."""
        match measure:
            case ToneSample():
                self._follow(measure)
                yield from self._turn_taking(measure)
                yield from self._tone(measure)
            case Interruption():
                self._voices[measure.by].interruptions.append(measure.end_s)
            case PitchSample():
                yield from self._pitch_range(measure)
            case _:
                return

    def _follow(self, sample: ToneSample) -> None:
        voice, other = self._voices[sample.speaker], self._voices[_other(sample.speaker)]
        voice.here = True
        if not sample.speaking:
            voice.quiet += 1
            if voice.quiet >= JOINED_STEPS:
                voice.turn = voice.overlapped = 0
            return
        self._begun = True
        if self.echo and sample.speaker == "customer":
            self._echoed.append(round(sample.start_s * STEPS_PER_S))
        voice.spoken.append(round(sample.start_s * STEPS_PER_S))
        voice.quiet = 0
        voice.turn += 1
        voice.talked += 1
        voice.unbroken += 1
        if other.turn and not other.quiet:
            voice.overlapped += 1
        if voice.turn == SOUND_STEPS:
            other.unbroken = 0
        if voice.turn == TAKES_THE_TURN_STEPS and voice.overlapped > EARLY_STEPS:
            voice.early.append(sample.end_s)
        if voice.turn > TAKES_THE_TURN_STEPS:
            other.talked = other.unbroken = 0

    def _turn_taking(self, sample: ToneSample) -> Iterator[Reading]:
        if not all(voice.here for voice in self._voices.values()):
            return
        voice = self._voices[sample.speaker]
        values = {
            "talked_s": voice.talked / STEPS_PER_S,
            "unbroken_s": voice.unbroken / STEPS_PER_S,
            "interruptions_per_min": _lately(voice.interruptions, sample.end_s),
            "early_starts_per_min": _lately(voice.early, sample.end_s),
        }
        if sample.speaker == "agent" and self.echo:
            values |= dict.fromkeys(BLAME, 0.0)
        if sample.speaker == "agent":
            values["dead_air_s"] = self._dead_air_s()
        else:
            values["call_s"] = float(int(sample.end_s))
        for metric, value in values.items():
            if self._told.get((sample.speaker, metric), 0.0) != value:
                self._told[sample.speaker, metric] = value
                yield Reading(sample.speaker, metric, sample.start_s, sample.end_s, value)

    def _dead_air_s(self) -> float:
        voices = self._voices.values()
        if not self._begun or any(voice.turn for voice in voices):
            return 0.0
        return min(voice.quiet for voice in voices) / STEPS_PER_S

    def _tone(self, sample: ToneSample) -> Iterator[Reading]:
        if not sample.speaking or (self.echo and sample.speaker == "agent" and self._voices["customer"].turn):
            return
        comparable = sample.rate_over_baseline_pct is not None
        settled = self._voices[sample.speaker].talked >= SHORT_TURN_STEPS
        for metric in TONE:
            value = getattr(sample, metric.name)
            if value is not None and (metric.name not in RATES or (comparable and settled)):
                usual = _usual_rate_sps(sample) if metric.name == "articulation_rate_sps" else None
                yield Reading(sample.speaker, metric.name, sample.start_s, sample.end_s, float(value), usual)
        over_st, over_db = sample.pitch_over_baseline_st, sample.level_over_baseline_db
        brighter_db = sample.balance_over_baseline_db
        if over_st is not None and brighter_db is not None:
            yield from self._effort(sample, effort_db(brighter_db, over_st))
            if settled:
                yield from self._joint_rise(sample, effort_db(brighter_db, over_st), over_st)
        if sample.level_dbfs is not None:
            yield from self._level_spread(sample, sample.level_dbfs)
        if over_st is not None and over_db is not None:
            residual_st = round(over_st - PITCH_BY_LEVEL_ST * over_db, 2)
            yield Reading(sample.speaker, "pitch_residual_st", sample.start_s, sample.end_s, residual_st)

    def _effort(self, sample: ToneSample, over_db: float) -> Iterator[Reading]:
        yield Reading(sample.speaker, "effort_over_baseline_db", sample.start_s, sample.end_s, round(over_db, 2))
        efforts_db = self._voices[sample.speaker].efforts_db
        efforts_db.append((sample.end_s, over_db))
        while sample.end_s - efforts_db[0][0] > LATELY_S:
            efforts_db.popleft()
        if len(efforts_db) >= LEAST_LATELY_STEPS:
            lately_db = round(fmean(effort for _, effort in efforts_db), 2)
            yield Reading(sample.speaker, "effort_lately_db", sample.start_s, sample.end_s, lately_db)

    def _joint_rise(self, sample: ToneSample, harder_db: float, over_st: float) -> Iterator[Reading]:
        over_db, faster_pct = sample.level_over_baseline_db, sample.rate_lately_over_baseline_pct
        if over_db is not None and faster_pct is not None:
            shares = shares_of_clear(over_db, harder_db, over_st, faster_pct)
            rise_s = round(self._voices[sample.speaker].joint.feed(shares, 1 / STEPS_PER_S), 2)
            yield Reading(sample.speaker, "joint_rise_s", sample.start_s, sample.end_s, rise_s)

    def _level_spread(self, sample: ToneSample, level_dbfs: float) -> Iterator[Reading]:
        voice = self._voices[sample.speaker]
        voice.powers.append(10 ** (level_dbfs / 10))
        voice.level_count += 1
        if voice.level_count % STEPS_PER_S == 0:
            voice.levels_db.append(10 * math.log10(fmean(voice.powers)))
            if (spread := spread_db(voice.levels_db)) is not None:
                yield Reading(sample.speaker, "level_spread_db", sample.start_s, sample.end_s, round(spread, 2))

    def _pitch_range(self, sample: PitchSample) -> Iterator[Reading]:
        voice = self._voices[sample.speaker]
        voice.pitches_st.append(12 * math.log2(sample.pitch_hz))
        voice.pitch_count += 1
        if voice.pitch_count % STEPS_PER_S == 0 and len(voice.pitches_st) >= LEAST_RANGE_PITCHES:
            range_st = round(pstdev(voice.pitches_st), 2)
            yield Reading(sample.speaker, "pitch_range_st", sample.start_s, sample.end_s, range_st)


def _other(speaker: Speaker) -> Speaker:
    return "customer" if speaker == "agent" else "agent"


def _lately(times_s: deque[float], at_s: float) -> float:
    """How many are within the last minute; older ones are forgotten."""
    while times_s and at_s - times_s[0] > MINUTE_S:
        times_s.popleft()
    return float(len(times_s))


def _usual_rate_sps(sample: ToneSample) -> float | None:
    if sample.articulation_rate_sps is None or sample.rate_over_baseline_pct is None:
        return None
    return sample.articulation_rate_sps / (1 + sample.rate_over_baseline_pct / 100)

"""Half a minute of normal speech to a profile, and what is wrong with the sound if anything is."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np

from audio.block import AudioBlock, seconds
from audio.frames import FRAME, Framer
from audio.level import FULL_SCALE, power_db
from audio.measures import SpeechFrame, ToneSample, Usual
from audio.speech import VoiceActivity
from audio.tone import ToneMeter
from monitor.profile import Norms, Profile

SPEECH_S = 30.0
"""Seconds of speech after which level, rate and pitch hardly move any more."""
LEAST_SPEECH_S = 1.0
"""Less is a cough, or the television."""
SILENT_DBFS = -80.0
"""Peak below which a device gives nothing."""
QUIETEST_DBFS = -45.0
"""Calls run from −10 to −45 dBFS; quieter speech drowns in the noise of its own microphone."""
GOOD_DBFS = -26.0
"""What telephone lines are set to (ITU-T P.56): the level to turn the microphone towards."""
MOST_CLIPPED_PCT = 0.1
"""Of the samples of speech at full scale."""
LEAST_OVER_NOISE_DB = 15.0
"""Of speech over what is between the words; below, neither pauses nor syllables are told apart surely."""
BETWEEN_WORDS_S = 3.0
"""So much without speech has to hold some noise, if it comes from a microphone."""
SILENT_S = 10.0
"""Seconds without any sound after which waiting helps no more."""
SPEECHLESS_S = 45.0
"""The same without any speech."""
LONGEST_S = 240.0
"""And the same without enough of it."""

Problem = Literal["silent", "no speech", "too little speech", "too quiet", "clipped", "noisy", "loopback", "no room"]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong with the sound."""

    problem: Problem
    told: str
    """What it is and what to do, in one sentence."""
    bad: bool = True
    """A profile from it would mislead; else it is only worth a look."""


@dataclass(frozen=True, slots=True)
class Heard:
    """How a calibration stands, frame by frame."""

    heard_s: float
    speech_s: float
    level_dbfs: float
    """Of this frame, speech or not."""


@dataclass(frozen=True, slots=True)
class Calibrated:
    """What a calibration found."""

    usual: Usual
    speech_s: float
    noise_floor_dbfs: float | None
    findings: tuple[Finding, ...]

    @property
    def good(self) -> bool:
        """Whether a profile of it may be kept."""
        return not any(finding.bad for finding in self.findings)

    def profile(self, agent: str, device: str, day: date, language: str = "en") -> Profile | None:
        """The profile of an agent at the device that was heard; None if there was too little speech for one."""
        usual = self.usual
        if usual.level_dbfs is None or usual.articulation_rate_sps is None:
            return None
        norms = Norms(
            level_dbfs=usual.level_dbfs,
            articulation_rate_sps=usual.articulation_rate_sps,
            pitch_hz=usual.pitch_hz,
            balance_db=usual.balance_db,
        )
        return Profile(
            agent=agent,
            device=device,
            language=language,
            confirmed=day,
            usual=norms,
            calibrated=norms,
            noise_floor_dbfs=self.noise_floor_dbfs,
        )


class Calibration:
    """Feed it the sound of one microphone until there is `enough`, or waiting is `hopeless`; then ask for the result.

    Args:
        loopback: whether the device gives what an output plays.
    """

    def __init__(self, *, loopback: bool = False) -> None:
        self._loopback = loopback
        self._framer = Framer(["agent"])
        self._voice = VoiceActivity(["agent"])
        self._tone = ToneMeter(["agent"])
        self._noise_floor_dbfs: float | None = None
        self._frames = 0
        self._peak = 0.0
        self._speech_frames = 0
        self._speech_power = 0.0
        self._clipped = 0

    @property
    def enough(self) -> bool:
        """Whether there has been enough speech."""
        return self._speech_s >= SPEECH_S

    @property
    def hopeless(self) -> bool:
        """Whether it is of no use to wait for more."""
        longest_s = SILENT_S if self._silent else SPEECHLESS_S if self._speech_s < LEAST_SPEECH_S else LONGEST_S
        return self._heard_s >= longest_s

    @property
    def _heard_s(self) -> float:
        return seconds(self._frames * FRAME)

    @property
    def _speech_s(self) -> float:
        return seconds(self._speech_frames * FRAME)

    @property
    def _silent(self) -> bool:
        return power_db(self._peak**2) < SILENT_DBFS

    def feed(self, block: AudioBlock) -> Iterator[Heard]:
        """Take sound; what comes after enough speech no longer counts."""
        for frame in self._framer.feed(block):
            if self.enough:
                return
            (heard,) = self._voice.feed(frame)
            for measure in self._tone.feed([heard]):
                if isinstance(measure, ToneSample) and measure.noise_floor_dbfs is not None:
                    self._noise_floor_dbfs = measure.noise_floor_dbfs
            yield self._count(heard)

    def result(self) -> Calibrated:
        """Judge what has been heard so far."""
        return Calibrated(
            usual=self._tone.usual("agent"),
            speech_s=round(self._speech_s, 1),
            noise_floor_dbfs=self._noise_floor_dbfs,
            findings=tuple(self._findings()),
        )

    def _count(self, frame: SpeechFrame) -> Heard:
        self._frames += 1
        power = float(np.mean(np.square(frame.samples, dtype=np.float64)))
        level = np.abs(frame.samples)
        self._peak = max(self._peak, float(level.max()))
        if frame.speech:
            self._speech_frames += 1
            self._speech_power += power
            self._clipped += int(np.count_nonzero(level >= FULL_SCALE))
        return Heard(self._heard_s, self._speech_s, power_db(power))

    def _findings(self) -> Iterator[Finding]:
        if self._loopback:
            yield Finding(
                "loopback",
                "This input gives what the machine plays, not your voice: name your microphone with --agent.",
            )
        if self._silent:
            yield Finding(
                "silent",
                "There is no sound at all: switch the microphone on, allow this program to use it, "
                "or name another one with --agent (tone-monitor devices shows them).",
            )
            return
        if self._speech_s < LEAST_SPEECH_S:
            yield Finding(
                "no speech",
                "There is sound, but nobody speaks in it: speak up, "
                "or name the microphone you speak into with --agent (tone-monitor devices shows them).",
            )
            return
        if not self.enough:
            yield Finding(
                "too little speech",
                f"There were {self._speech_s:.0f} s of speech, and a profile takes {SPEECH_S:.0f} s: speak for longer.",
            )
        yield from self._level_findings(power_db(self._speech_power / self._speech_frames))

    def _level_findings(self, level_dbfs: float) -> Iterator[Finding]:
        clipped_pct = 100 * self._clipped / (self._speech_frames * FRAME)
        if clipped_pct > MOST_CLIPPED_PCT:
            yield Finding(
                "clipped",
                f"The sound is cut off at the top ({clipped_pct:.1f} % of your speech): "
                f"turn the microphone's input level down by {max(level_dbfs - GOOD_DBFS, 6):.0f} dB.",
            )
        if level_dbfs < QUIETEST_DBFS:
            yield Finding(
                "too quiet",
                f"The sound is too quiet ({level_dbfs:.0f} dBFS): "
                f"turn the microphone's input level up by {GOOD_DBFS - level_dbfs:.0f} dB, or bring it nearer.",
            )
        between_s = seconds((self._frames - self._speech_frames) * FRAME)
        if self._noise_floor_dbfs is None:
            if between_s >= BETWEEN_WORDS_S and level_dbfs >= QUIETEST_DBFS:
                yield Finding(
                    "no room",
                    "Between the words there is digital silence: make sure that this is your microphone "
                    "(with a noise suppressor) and not something that the machine plays.",
                    bad=False,
                )
        elif level_dbfs - self._noise_floor_dbfs < LEAST_OVER_NOISE_DB:
            yield Finding(
                "noisy",
                f"The noise is only {level_dbfs - self._noise_floor_dbfs:.0f} dB under your voice: "
                "close the window or the door, bring the microphone nearer, and try again.",
            )

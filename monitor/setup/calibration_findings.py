"""What is wrong with the sound of a microphone, if anything is, and what to do about it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from monitor.base.bars import in_dbfs

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

Problem = Literal["silent", "no speech", "too little speech", "too quiet", "clipped", "noisy", "loopback", "no room"]


@dataclass(frozen=True, slots=True)
class VoiceSound:
    """What has been heard of a voice, in numbers."""

    peak_dbfs: float
    speech_s: float
    level_dbfs: float
    """RMS of the speech."""
    clipped_pct: float
    """Of the samples of the speech at full scale."""
    between_s: float
    """Sound that was no speech."""
    noise_floor_dbfs: float | None
    """Of that; None for digital silence."""
    loopback: bool
    """Whether it is what an output plays."""

    @property
    def silent(self) -> bool:
        """Whether there is nothing at all."""
        return self.peak_dbfs < SILENT_DBFS


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong with the sound."""

    problem: Problem
    told: str
    """What it is and what to do, in one sentence."""
    bad: bool = True
    """A profile from it would mislead; else it is only worth a look."""


def findings(sound: VoiceSound) -> Iterator[Finding]:
    """Say what is wrong, the gravest first."""
    if sound.loopback:
        told = "This input gives what the machine plays, not your voice: name your microphone with --agent."
        yield Finding("loopback", told)
    if sound.silent:
        yield Finding(
            "silent",
            "There is no sound at all: switch the microphone on, allow this program to use it, "
            "or name another one with --agent (tone-monitor devices shows them).",
        )
    elif sound.speech_s < LEAST_SPEECH_S:
        yield Finding(
            "no speech",
            "There is sound, but nobody speaks in it: speak up, "
            "or name the microphone you speak into with --agent (tone-monitor devices shows them).",
        )
    else:
        if sound.speech_s < SPEECH_S:
            told = (
                f"There were {sound.speech_s:.0f} s of speech, and a profile takes {SPEECH_S:.0f} s: speak for longer."
            )
            yield Finding("too little speech", told)
        yield from _of_the_level(sound)
        yield from _of_the_room(sound)


def _of_the_level(sound: VoiceSound) -> Iterator[Finding]:
    if sound.clipped_pct > MOST_CLIPPED_PCT:
        yield Finding(
            "clipped",
            f"The sound is cut off at the top ({sound.clipped_pct:.1f} % of your speech): "
            f"turn the microphone's input level down by {max(sound.level_dbfs - GOOD_DBFS, 6):.0f} dB.",
        )
    if sound.level_dbfs < QUIETEST_DBFS:
        yield Finding(
            "too quiet",
            f"The sound is too quiet ({in_dbfs(sound.level_dbfs)}): "
            f"turn the microphone's input level up by {GOOD_DBFS - sound.level_dbfs:.0f} dB, or bring it nearer.",
        )


def _of_the_room(sound: VoiceSound) -> Iterator[Finding]:
    if sound.noise_floor_dbfs is None:
        if sound.between_s >= BETWEEN_WORDS_S and sound.level_dbfs >= QUIETEST_DBFS:
            yield Finding(
                "no room",
                "Between the words there is digital silence: make sure that this is your microphone "
                "(with a noise suppressor) and not something that the machine plays.",
                bad=False,
            )
    elif sound.level_dbfs - sound.noise_floor_dbfs < LEAST_OVER_NOISE_DB:
        yield Finding(
            "noisy",
            f"The noise is only {sound.level_dbfs - sound.noise_floor_dbfs:.0f} dB under your voice: "
            "close the window or the door, bring the microphone nearer, and try again.",
        )

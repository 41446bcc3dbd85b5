"""What is wrong with a microphone's sound, if anything, and what to do about it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from monitor.base.bars import in_dbfs

SPEECH_S = 30.0
"""Seconds of speech after which level, rate and pitch hardly change."""
LEAST_SPEECH_S = 1.0
"""Less is a cough, or the television."""
SILENT_DBFS = -80.0
"""Peak below which a device is silent."""
QUIETEST_DBFS = -45.0
"""Calls run from −10 to −45 dBFS; quieter speech drowns in the noise of its own microphone."""
GOOD_DBFS = -26.0
"""What telephone lines are set to (ITU-T P.56): the level to turn the microphone towards."""
MOST_CLIPPED_PCT = 0.1
"""Share of speech samples at full scale."""
LEAST_OVER_NOISE_DB = 15.0
"""Speech level over the background noise; below it, pauses and syllables can't be distinguished reliably."""
BETWEEN_WORDS_S = 3.0
"""So many seconds between words contain some noise if they come from a microphone."""

Problem = Literal[
    "silent", "no speech", "too little speech", "too quiet", "clipped", "noisy", "loopback", "no room", "echo"
]


@dataclass(frozen=True, slots=True)
class VoiceSound:
    """What has been heard of a voice, in numbers."""

    peak_dbfs: float
    speech_s: float
    level_dbfs: float
    """RMS of the speech."""
    clipped_pct: float
    """Share of the speech samples at full scale."""
    between_s: float
    """Seconds of sound without speech."""
    noise_floor_dbfs: float | None
    """Level of the sound without speech; None for digital silence."""
    loopback: bool
    """Whether it is what an output plays."""
    echo: bool = False
    """Whether the customer is heard in it, too."""

    @property
    def silent(self) -> bool:
        """Whether there is no sound at all."""
        return self.peak_dbfs < SILENT_DBFS


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong with the sound."""

    problem: Problem
    told: str
    """What it is and what to do, in one sentence."""
    bad: bool = True
    """A profile from this sound would mislead; otherwise it is only a warning."""


def findings(sound: VoiceSound) -> Iterator[Finding]:
    """Say what is wrong, most serious first."""
    if sound.loopback:
        told = "This input records what the machine plays, not your voice. Choose your microphone with --agent."
        yield Finding("loopback", told)
    if sound.silent:
        yield Finding(
            "silent",
            "There is no sound at all. Unmute the microphone and check its permission in the system's settings. "
            "Or choose another one with --agent (tone-monitor devices lists them).",
        )
    elif sound.speech_s < LEAST_SPEECH_S:
        yield Finding(
            "no speech",
            "There is sound, but no speech. Speak up, "
            "or choose the microphone you speak into with --agent (tone-monitor devices lists them).",
        )
    else:
        if sound.speech_s < SPEECH_S:
            told = (
                f"There were {sound.speech_s:.0f} s of speech, and a profile needs {SPEECH_S:.0f} s. Speak for longer."
            )
            yield Finding("too little speech", told)
        yield from _of_the_level(sound)
        yield from _of_the_room(sound)
        if sound.echo:
            yield Finding("echo", "The customer is heard in your microphone. Use a headset.", bad=False)


def _of_the_level(sound: VoiceSound) -> Iterator[Finding]:
    if sound.clipped_pct > MOST_CLIPPED_PCT:
        yield Finding(
            "clipped",
            f"The microphone is clipping ({sound.clipped_pct:.1f} % of your speech). "
            f"Lower its input level by {max(sound.level_dbfs - GOOD_DBFS, 6):.0f} dB.",
        )
    if sound.level_dbfs < QUIETEST_DBFS:
        yield Finding(
            "too quiet",
            f"The sound is too quiet ({in_dbfs(sound.level_dbfs)}). "
            f"Raise the microphone's input level by {GOOD_DBFS - sound.level_dbfs:.0f} dB, or move it closer.",
        )


def _of_the_room(sound: VoiceSound) -> Iterator[Finding]:
    if sound.noise_floor_dbfs is None:
        if sound.between_s >= BETWEEN_WORDS_S and sound.level_dbfs >= QUIETEST_DBFS:
            yield Finding(
                "no room",
                "There is digital silence between the words. Make sure that this is your microphone "
                "(with noise suppression), not sound that the machine plays.",
                bad=False,
            )
    elif sound.level_dbfs - sound.noise_floor_dbfs < LEAST_OVER_NOISE_DB:
        yield Finding(
            "noisy",
            f"Your voice is only {sound.level_dbfs - sound.noise_floor_dbfs:.0f} dB above the background noise. "
            "Close the window or the door, move the microphone closer, and try again.",
        )

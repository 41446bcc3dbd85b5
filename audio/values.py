"""The values that leave the audio package: speech, tone, turns, words and gaps."""

from dataclasses import dataclass
from typing import Literal

from audio.block import Samples, Speaker


@dataclass(frozen=True, slots=True, eq=False)
class SpeechFrame:
    """One 32 ms frame of one speaker and whether it is speech."""

    speaker: Speaker
    start: int
    """Sample index, a multiple of 512."""
    samples: Samples
    """Shape (512,)."""
    probability: float
    """Of speech, 0 … 1, from the voice-activity model."""
    speech: bool
    """After hysteresis and the cross-talk guard."""
    picks_up: bool = False
    """Whether it holds a voice that is only the other speaker's."""
    echo_before: int = 0
    """How many frames right before it are known to be the other speaker's by now, though some were taken for speech."""


@dataclass(frozen=True, slots=True)
class ToneSample:
    """A speaker's tone at the end of one step of 0.1 s; None where there is nothing to measure."""

    speaker: Speaker
    start_s: float
    end_s: float
    speaking: bool
    """Whether the step is speech."""
    level_dbfs: float | None = None
    """RMS of the step's speech."""
    level_over_baseline_db: float | None = None
    """Energy mean of the last 2 s of speech (none older than 4 s) over the speaker's usual."""
    balance_db: float | None = None
    """Spectral balance: energy above 1 kHz over energy below, last 2 s of speech."""
    balance_over_baseline_db: float | None = None
    """`balance_db` over the speaker's usual; not before it is known that a profile is this voice's (8 s of speech)."""
    noise_floor_dbfs: float | None = None
    """Level between the words: low percentile of the non-speech of the last 10 s."""
    noise_over_start_db: float | None = None
    """Noise floor over the first one measured in this call, as far as either can be heard beside one's speech."""
    articulation_rate_sps: float | None = None
    """Syllables a second of speech, pauses removed, last 8 s of own speech."""
    rate_over_baseline_pct: float | None = None
    """`articulation_rate_sps` over the speaker's usual, in per cent of it."""
    pitch_over_baseline_st: float | None = None
    """Median pitch of the last 1.25 s of voiced speech over the usual, in semitones."""
    clipped_pct: float | None = None
    """Share of the last 2 s of speech at full scale."""
    rate_lately_over_baseline_pct: float | None = None
    """The same as `rate_over_baseline_pct` for the last 4 s of own speech: sooner there, and more restless."""
    rate_ahead_s: float | None = None
    """Seconds by which the speaker is ahead of the usual rate and 15 % more, since last in step with it; at most 3."""


@dataclass(frozen=True, slots=True)
class PitchSample:
    """Pitch of one voiced step of 0.1 s. It comes up to 0.45 s after the sound, so nothing waits for it."""

    speaker: Speaker
    start_s: float
    end_s: float
    pitch_hz: float
    """Median of the step's voiced sound."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A speaker's speech joined over gaps shorter than 0.5 s."""

    speaker: Speaker
    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class Interruption:
    """`by` began while the other had spoken for 1 s and more, and both continued."""

    by: Speaker
    """Who interrupted."""
    start_s: float
    end_s: float
    """The overlap's end."""


@dataclass(frozen=True, slots=True)
class Backchannel:
    """A short "mm-hm" of `by` while the other talks: credit, not fault."""

    by: Speaker
    """Who made it."""
    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class DeadAir:
    """Nobody spoke, for 3 s and more."""

    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class Word:
    """One word on the media clock."""

    start_s: float
    end_s: float
    text: str
    """As spoken and punctuated, without outer space."""
    probability: float
    """0 … 1, Whisper's own."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """A stretch of speech that voice activity cut, in final words (none if nothing was recognised)."""

    speaker: Speaker
    start_s: float
    end_s: float
    words: tuple[Word, ...]
    """In the order in which they were spoken."""
    known_s: float
    """Seconds of sound heard when its end was decided: media time, independent of how long Whisper took."""
    language: str = ""
    """Code of the language, such as "de", where the call was listened to for it: "und" for one that the model doesn't
    know; empty for English."""

    @property
    def text(self) -> str:
        """The words joined by spaces."""
        return " ".join(word.text for word in self.words)


@dataclass(frozen=True, slots=True)
class HeardAgain:
    """The words of an utterance after a second pass, with what was said around it: for people, not for rules.

    Speaker, start and end are those of the utterance, whose words it replaces in everything that people read.
    """

    speaker: Speaker
    start_s: float
    end_s: float
    words: tuple[Word, ...]
    """In the order in which they were spoken; none if nothing was recognised. Some may begin up to a second before."""


@dataclass(frozen=True, slots=True)
class PartialWords:
    """Words of an utterance in progress, for the screen only: rules never see them."""

    speaker: Speaker
    start_s: float
    solid: str
    """The prefix that two readings in a row agreed on."""
    tentative: str


@dataclass(frozen=True, slots=True)
class Usual:
    """A speaker's baseline at the end of the call; None where there was too little speech."""

    speaker: Speaker
    level_dbfs: float | None
    """Of the speech."""
    articulation_rate_sps: float | None
    """Syllables a second of speech."""
    pitch_hz: float | None
    """Of the voiced speech."""
    balance_db: float | None
    """Energy above 1 kHz over energy below."""


MicrophoneKind = Literal["gain", "gain control", "other voice"]


@dataclass(frozen=True, slots=True)
class MicrophoneChange:
    """What is not the doing of a speaker's voice, said once, when it is found out."""

    speaker: Speaker
    at_s: float
    kind: MicrophoneKind
    """Another gain; gain control, which hides how loud the voice is; or a voice that is not the profile's."""
    by_db: float = 0.0
    """Of a gain: how much higher it is."""


@dataclass(frozen=True, slots=True)
class SoundLost:
    """A gap in the sound, replaced by silence."""

    speaker: Speaker | None
    """Whose sound it is; None for everybody's."""
    start_s: float
    end_s: float
    why: str
    """One plain sentence."""


@dataclass(frozen=True, slots=True)
class SourceState:
    """A speaker's sound card went, or came back."""

    speaker: Speaker
    at_s: float
    fine: bool
    note: str
    """One plain sentence for the agent's screen."""


@dataclass(frozen=True, slots=True)
class EchoHeard:
    """The customer begins, or ceases, to be heard in the agent's microphone. No event: the log has it as health."""

    at_s: float
    heard: bool


Measure = ToneSample | PitchSample | Usual | Turn | Interruption | Backchannel | DeadAir | Utterance
"""All events of the audio package; part of the event log."""

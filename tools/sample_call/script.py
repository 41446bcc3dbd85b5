"""The script of the built-in call as values."""

from dataclasses import dataclass

from audio.block import Speaker
from rules.model import Outcome
from tools.scripted_call.parts import LineAndLevel, Positive, SpokenText


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice(LineAndLevel):
    """How one of the two sounds when nothing is the matter, and over what line."""

    flite: str
    """Name of a voice of flite."""
    duration_stretch: Positive
    """How much longer than flite's own each phone is at rate 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line(SpokenText):
    """One sentence, and how it is said."""

    gap_s: float
    """From the end of the line before to the start of this one; below 0 the two overlap."""
    pitch_st: float = 0.0
    """Semitones over the voice's ordinary pitch; not every voice of flite follows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SlowDown:
    """The agent's articulation rate is over the usual and over a floor, and stays there."""

    why: str
    after: Outcome
    """What she does after it, as it is to be judged."""
    then: str
    """The same in a sentence."""
    window_s: float
    """Seconds of own speech the rate is taken over."""
    over_pct: float
    at_least_sps: float
    hold_s: float
    """Seconds of own speech it has to last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LowerVolume:
    """The agent's level is over the usual, and stays there."""

    why: str
    after: Outcome
    """What she does after it, as it is to be judged."""
    then: str
    """The same in a sentence."""
    window_s: float
    """Seconds of own speech the energy is averaged over."""
    over_db: float
    hold_s: float
    """Seconds of own speech it has to last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paraphrase:
    """The customer explained at length, and speaks again after turns of the agent that did not say it back."""

    why: str
    after: Outcome
    """What she does after it, as it is to be judged."""
    then: str
    """The same in a sentence."""
    explained_s: float
    joined_s: float
    """Silences shorter than this do not end an explanation."""
    agent_turns: int
    """So many turns the agent has to say it back."""
    known_s: float
    """From the end of the line in which the customer speaks again until its words are final."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalate:
    """The customer asked for somebody else in so many words."""

    why: str
    after: Outcome
    """What she does after it, as it is to be judged."""
    then: str
    """The same in a sentence."""
    words: str
    """Part of the line that asks."""
    known_s: float
    """From the end of that line until its words are final."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What makes each of the four prompts due."""

    usual_s: float
    """Seconds of the agent's first speech that say what is usual."""
    slow_down: SlowDown
    lower_volume: LowerVolume
    paraphrase: Paraphrase
    escalate: Escalate


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """The whole call."""

    silence_s: float
    """After the last line."""
    voices: dict[Speaker, Voice]
    lines: tuple[Line, ...]
    plan: Plan

"""Finds out whether a recording with one track is that of two people, and which of them speaks when."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass

from audio.block import AudioBlock
from audio.measure.frames import Framer
from audio.measure.speech import VoiceActivity
from audio.measure.voice_contrast import VoicedStretch, VoiceStretches, contrast
from audio.values import SpeechFrame
from audio.voices.listener import VoiceListener
from audio.voices.split import VoiceSplit, split
from rules.conditions import VoicesCondition

ENOUGH_S = 180.0
"""Voiced speech: more tells nothing new, and a recording of an hour need not be heard twice."""
TWO_PEOPLE = "Two people on one track"
"""How lists, pages and exports call it."""
SPARSEST, FEWEST = 4, 20
"""At first every fourth window is heard, or more of them for at least 20 …"""
ONE_VOICE = 0.6
"""… and if two voices in them are less sure than this, there is one, and the others need not be heard. Of readers and
agents they are up to 0.4 sure, of dialogues 1.0 and more."""
ESTIMATED = f"{TWO_PEOPLE}, told apart by their voices: who spoke when, and every figure, is estimated."
"""Said wherever a call that was told apart is shown."""


@dataclass(frozen=True, slots=True)
class OneTrack:
    """What was heard on one track."""

    mixed: bool
    """Whether two people are on it."""
    split: VoiceSplit | None = None
    """Who speaks when, if their voices can be told apart surely enough."""


def is_mixed(sound: Iterable[object], condition: VoicesCondition | None) -> bool:
    """Whether two people are heard on one track.

    A microphone in a live call is not asked: it is one person's, and its owner must never lose her prompts because her
    voice changed.

    Args:
        sound: blocks of the only speaker; what is lost between them may be there, too.
        condition: what tells two people from one; None for never.
    """
    return condition is not None and _heard(sound, condition, ENOUGH_S).mixed


def told_apart(sound: Iterable[object], condition: VoicesCondition | None) -> OneTrack:
    """What `is_mixed` finds out, and who speaks when in the whole of the sound.

    Args:
        sound: as for `is_mixed`.
        condition: as for `is_mixed`.
    """
    return OneTrack(mixed=False) if condition is None else _heard(sound, condition, float("inf"))


def _heard(sound: Iterable[object], condition: VoicesCondition, enough_s: float) -> OneTrack:
    found: list[VoicedStretch] = []
    voices, listener = VoiceStretches(), VoiceListener()
    voiced_s = 0.0
    for frames in _frames(sound):
        listener.feed(frames)
        if voiced_s <= ENOUGH_S:
            voices.look_ahead(frames)
            for frame in frames:
                found += voices.feed(frame)
            voiced_s = sum(one.voiced_s for one in found)
        if voiced_s > enough_s:
            break
    found += voices.flush()
    by_pitch = contrast(found)
    mixed = by_pitch is not None and condition.met(asdict(by_pitch))
    if mixed and enough_s < float("inf"):
        return OneTrack(mixed)  # who speaks when is not asked
    listener.flush()
    by_voice, sureness = _by_voice(listener, condition)
    return OneTrack(mixed or sureness >= 1, by_voice if sureness >= condition.told_apart else None)


def _by_voice(listener: VoiceListener, condition: VoicesCondition) -> tuple[VoiceSplit | None, float]:
    """Two voices, and how surely they are two people's."""
    every_nth = min(SPARSEST, listener.count // FEWEST)
    few = split(listener.heard(every_nth)) if every_nth > 1 else None
    if few is not None and condition.sureness(few.distance, few.distinctness, few.clearness) < ONE_VOICE:
        return None, 0.0
    every = split(listener.heard())
    if every is None or not condition.heard(every.speech_s, every.smaller_share, every.turns):
        return None, 0.0
    return every, condition.sureness(every.distance, every.distinctness, every.clearness)


def _frames(sound: Iterable[object]) -> Iterator[list[SpeechFrame]]:
    """The frames of each block."""
    framer, activity = Framer(("agent",)), VoiceActivity(("agent",))
    for block in sound:
        if isinstance(block, AudioBlock):
            frames = list(framer.feed(block))
            activity.look_ahead(frames)
            yield [one for frame in frames for one in activity.feed(frame)]
    yield [one for frame in framer.flush() for one in activity.feed(frame)]

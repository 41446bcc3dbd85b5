"""Finds out whether a recording with one track is that of two people."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict

from audio.block import AudioBlock
from audio.measure.frames import Framer
from audio.measure.speech import VoiceActivity
from audio.measure.voice_contrast import VoicedStretch, VoiceStretches, contrast
from rules.conditions import VoicesCondition

ENOUGH_S = 180.0
"""Voiced speech: more tells nothing new, and a recording of an hour need not be heard twice."""
TWO_PEOPLE = "Two people on one track"
"""How lists, pages and exports call it."""


def is_mixed(sound: Iterable[object], condition: VoicesCondition | None) -> bool:
    """Whether two people are heard on one track.

    A microphone in a live call is not asked: it is one person's, and its owner must never lose her prompts because her
    voice changed.

    Args:
        sound: blocks of the only speaker; what is lost between them may be there, too.
        condition: what tells two people from one; None for never.
    """
    if condition is None:
        return False
    found: list[VoicedStretch] = []
    framer, activity, voices = Framer(("agent",)), VoiceActivity(("agent",)), VoiceStretches()
    for block in sound:
        if not isinstance(block, AudioBlock):
            continue
        frames = [one for frame in framer.feed(block) for one in activity.feed(frame)]
        voices.look_ahead(frames)
        for frame in frames:
            found += voices.feed(frame)
        if sum(one.voiced_s for one in found) > ENOUGH_S:
            break
    frames = [one for frame in framer.flush() for one in activity.feed(frame)]
    for frame in frames:
        found += voices.feed(frame)
    found += voices.flush()
    measured = contrast(found)
    return measured is not None and condition.met(asdict(measured))

"""Tells the two voices of a recording with one track apart, and which of them is the agent's."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace

from audio.block import AudioBlock, seconds
from audio.files.pair import PairedRecording
from audio.files.recording import ONE_SPEAKER, AgentChannel, Recording
from audio.values import Utterance
from audio.voices.separated import SeparatedRecording
from monitor.call.info import CallInfo
from monitor.live.call_wiring import AHEAD_S, CallWiring
from monitor.pipeline.one_track import ESTIMATED
from monitor.pipeline.whisper_model import NONE
from rules.first_words import agents_words
from rules.model import SpokenWord

AnySound = Recording | PairedRecording | SeparatedRecording

FIRST_S = 60.0
"""An agent greets and asks how to help in the first minute, or never."""
CHOSEN = "The agent's voice is the one that was chosen."
GREETS = "The agent's voice is the one that greets as agents do."
SPEAKS_FIRST = "The first words do not show which voice is the agent's: the one that speaks first is taken for it."
TURN = "To turn them round, use `tone-monitor call edit CALL agent_channel={}`."
NOT_SURE = "The voices can't be told apart surely enough."
ONE_VOICE = "Only one voice is heard, so there is nothing to separate."


def separate(
    sound: AnySound, wiring: CallWiring, info: CallInfo, chosen: AgentChannel | None = None
) -> tuple[AnySound, CallInfo]:
    """The recording with two speakers if its one track holds two voices; else as it is, with a note that says why.

    Args:
        sound: as it was opened; one with a channel for each speaker stays as it is.
        wiring: of the call.
        info: what is known of it.
        chosen: "left" for the voice that speaks first as the agent's, "right" for the other; else the first words say.
    """
    if not isinstance(sound, Recording) or len(sound.speakers) > 1:
        return sound, info
    track = wiring.one_track(sound)
    info = replace(info, mixed=track.mixed)
    if track.split is None:
        why = NOT_SURE if track.mixed else ONE_VOICE
        return replace(sound, notes=(*sound.notes, why)), info
    notes = tuple(note for note in sound.notes if ONE_SPEAKER not in note)
    apart = SeparatedRecording(sound, track.split.switches, notes, agent_second=chosen == "right")
    how = CHOSEN
    if chosen not in {"left", "right"}:
        greets = _greets(apart, wiring, info)
        how = GREETS if greets else SPEAKS_FIRST
        apart = replace(apart, agent_second=greets == "customer")
    channel: AgentChannel = "right" if apart.agent_second else "left"
    turn = TURN.format("left" if apart.agent_second else "right")
    info = replace(info, speakers=apart.speakers, agent_channel=channel, mixed=False, separated=True)
    return replace(apart, notes=(f"{ESTIMATED} {how} {turn}", *notes)), info


def _greets(sound: SeparatedRecording, wiring: CallWiring, info: CallInfo) -> str:
    """Who says more of what agents say first; empty if neither does."""
    said = {"agent": 0, "customer": 0}
    for utterance in _first_utterances(sound, wiring, info):
        words = tuple(SpokenWord(word.start_s, word.end_s, word.text, word.probability) for word in utterance.words)
        said[utterance.speaker] += agents_words(wiring.rulebook, words)
    if said["agent"] == said["customer"]:
        return ""
    return max(said, key=lambda speaker: said[speaker])


def _first_utterances(sound: SeparatedRecording, wiring: CallWiring, info: CallInfo) -> list[Utterance]:
    if info.model == NONE:
        return []
    unjudged = replace(wiring, rulebook=replace(wiring.rulebook, rules=(), items=(), checklists=()))
    events: list[object] = []
    with closing(unjudged.pipeline(replace(info, speakers=sound.speakers, mixed=False), live=False)) as pipeline:
        for block in sound.sound(AHEAD_S):
            if isinstance(block, AudioBlock):
                if seconds(block.start) >= FIRST_S:
                    break
                events += pipeline.feed(block)
        events += pipeline.flush()
    return [event for event in events if isinstance(event, Utterance)]

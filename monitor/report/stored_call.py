"""A call as its folder has it: who and when, all events by their kind, and what people noted; card numbers masked."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from audio.block import Speaker
from audio.values import Turn
from monitor.call import marks, summary, tone_arrays
from monitor.call.analysis import Analysis
from monitor.call.by_kind import ByKind, Kind, by_kind
from monitor.call.events import Mark
from monitor.call.files import sound_parts
from monitor.call.info import CallInfo, read_info
from monitor.call.scorecard import card_files
from monitor.call.scorecard.card import Card
from monitor.call.telephone.agent_parts import agents, own_events, own_info, parts_of
from monitor.call.tone_arrays import Logged, Pitch, Tone
from monitor.privacy.event_words import masked_text
from monitor.privacy.redaction import redacted
from monitor.privacy.stretches import HiddenStretch
from rules.model import Firing


@dataclass(frozen=True, slots=True)
class StoredCall:
    """All there is to report of one call."""

    id: str
    """The day and the name of its folder."""
    info: CallInfo
    duration_s: float
    """Of the sound; for a call that broke off, as far as its events go."""
    analysis: Analysis
    """Without curves: those are drawn from the tone."""
    tone: Mapping[Speaker, Tone]
    """While the speaker speaks."""
    pitch: Mapping[Speaker, Pitch]
    marks: tuple[Mark, ...]
    """In the order of the call: those made while it went on and those made later."""
    silent: tuple[HiddenStretch, ...]
    """What must not be heard: digits that were masked."""
    has_sound: bool
    _said: ByKind = field(repr=False)

    def of(self, kind: type[Kind]) -> Sequence[Kind]:
        """All events of one kind, in their order."""
        return self._said.of(kind)

    def turns(self, speaker: Speaker) -> list[Turn]:
        """A speaker's turns in their order."""
        return [turn for turn in self.analysis.turns if turn.speaker == speaker]


def read(folder: Path) -> StoredCall:
    """Read the folder of a call.

    Raises:
        CallFolderError: it holds none.
    """
    info = read_info(folder)
    return kept(
        f"{info.started:%Y-%m-%d}/{folder.resolve().name}",
        info,
        tone_arrays.read(folder),
        marks.read(folder),
        has_sound=bool(sound_parts(folder)),
        cards=card_files.read(folder),
    )


def read_parts(folder: Path) -> tuple[StoredCall, ...]:
    """Read the folder of a call: the part of each of `agent_parts.agents`; raises as `read` does."""
    info = read_info(folder)
    if not info.takeovers:
        return (read(folder),)
    name, events, later = (
        f"{info.started:%Y-%m-%d}/{folder.resolve().name}",
        tone_arrays.read(folder),
        marks.read(folder),
    )
    duration_s = info.duration_s or summary.heard_s(by_kind(events))
    return tuple(
        kept(
            name,
            own_info(info, agent, duration_s),
            own_events(events, parts_of(info, agent)),
            own_events(later, parts_of(info, agent)),
            has_sound=bool(sound_parts(folder)),
        )
        for agent in agents(info)
    )


def kept(  # noqa: PLR0913 - what the folder of a call has
    name: str,
    info: CallInfo,
    events: Iterable[Logged],
    later: Iterable[Mark] = (),
    *,
    has_sound: bool = False,
    cards: tuple[Card, ...] = (),
) -> StoredCall:
    """Sort out what is known of a call.

    Args:
        name: its id.
        info: who, when and with what.
        events: all that was said of it.
        later: what people noted afterwards.
        has_sound: whether its sound is saved.
        cards: how people scored it.
    """
    said = by_kind(events)
    duration_s = info.duration_s or summary.heard_s(said)
    call = summary.analysed_call(info, duration_s)
    noted = sorted(marks.standing([*said.of(Mark), *later]), key=lambda mark: mark.at_s)
    tone, pitch = summary.tone_by_speaker(said), summary.pitch_by_speaker(said)
    told = redacted(replace(summary.in_numbers(call, said, tone, pitch), scorecards=cards))

    def masked(texts: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(masked_text(text, told.spoken) for text in texts)

    fired = [replace(one, evidence=masked(one.evidence), because=masked(one.because)) for one in said.of(Firing)]
    return StoredCall(
        id=name,
        info=info,
        duration_s=duration_s,
        analysis=told.analysis,
        tone=tone,
        pitch=pitch,
        marks=tuple(replace(mark, text=masked_text(mark.text, told.spoken)) for mark in noted),
        silent=told.stretches,
        has_sound=has_sound,
        _said=said.replaced(Firing, fired),
    )

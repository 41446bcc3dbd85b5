"""Recovers what was waiting in the spool of a call whose program was killed, masked as it would have been."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Literal

import numpy as np

from audio.block import AudioBlock, Speaker, seconds
from audio.files.pcm import Pcm, to_pcm, to_samples
from audio.measure.frames import Frame, Framer
from audio.measure.key_tones import KeyTones
from audio.measure.speech import VoiceActivity
from audio.values import Utterance
from audio.words.model import ModelError
from audio.words.transcribe import Transcriber
from audio.words.utterances import Cut, UtteranceCutter
from monitor.call.events import from_lines, to_line
from monitor.call.info import CallInfo
from monitor.call.sink import MemorySink
from monitor.pipeline.whisper_model import loader
from monitor.privacy import spool
from monitor.privacy.card_words import CardWords
from monitor.privacy.guard import CardGuard
from monitor.whisper.wire_format import Urgency

BEFORE_S = 60.0
"""How much of what was said before is read again, as context for the words that follow."""
MOSTLY = 0.5
"""An utterance counts as transcribed if words are known for this share of it."""


@dataclass(frozen=True, slots=True)
class Recovered:
    """What may be kept of what a call's spool held."""

    start: int
    """Sample index at which the sound begins."""
    sound: Pcm
    """Shape (n, speakers)."""
    lines: tuple[bytes, ...]
    """Lines of the log."""


def recovered(path: Path, info: CallInfo, log: Sequence[bytes]) -> Recovered:
    """Read a spool and run it through the card guard.

    Speech that was not transcribed yet is transcribed first; if that fails, it is not kept.

    Args:
        path: of the spool.
        info: of the call.
        log: the lines that are already written.

    Raises:
        OSError: the spool cannot be read.
    """
    records = list(spool.read(path))
    blocks = [one.block for one in records if isinstance(one, spool.Sound)]
    first_s = min((seconds(block.start) for block in blocks), default=0.0)
    waiting = [spoken for one in records if isinstance(one, spool.EventLine) for spoken in _utterances([one.line])]
    before = [spoken for spoken in _utterances(log) if spoken.end_s > first_s - BEFORE_S]
    kept = MemorySink()
    guard = CardGuard(kept, CardWords(), {speaker: KeyTones(speaker) for speaker in info.speakers})
    guard.take_up(records, before, len(log))
    for cut, spoken in _untranscribed(*_joined(blocks, info.speakers), info.speakers, info.model, [*before, *waiting]):
        if spoken:
            guard.note(spoken)
        else:
            guard.hide(seconds(cut.start), seconds(cut.end), "unknown")
    guard.close()
    start, sound = _joined(kept.blocks, info.speakers)
    written = {_as_said(line) for line in log}
    lines = [to_line(event, place) for event, place in kept.noted]
    return Recovered(start, sound, tuple(line for line in lines if _as_said(line) not in written))


def _utterances(lines: Sequence[bytes]) -> list[Utterance]:
    return [event for event in from_lines(lines) if isinstance(event, Utterance)]


def _as_said(line: bytes) -> bytes:
    """The line without its place, to recognise one that was already written."""
    return b"".join(to_line(event) for event in from_lines([line]))


def _joined(blocks: Sequence[AudioBlock], speakers: Sequence[Speaker]) -> tuple[int, Pcm]:
    """Join blocks up to where the sound of all speakers is known: after a kill, one speaker's may reach further.

    Args:
        blocks: of any of the speakers, in any order.
        speakers: the channels.

    Returns:
        The sample index at which they start, and their sound, shape (n, speakers), with silence in the gaps.
    """
    start = min((block.start for block in blocks), default=0)
    sound = np.zeros((max((block.end for block in blocks), default=start) - start, len(speakers)), np.int16)
    ends = dict.fromkeys(speakers, start)
    for block in blocks:
        sound[block.start - start : block.end - start, speakers.index(block.speaker)] = to_pcm(block.samples)
        ends[block.speaker] = max(ends[block.speaker], block.end)
    return start, sound[: min(ends.values()) - start]


def _untranscribed(
    start: int, sound: Pcm, speakers: Sequence[Speaker], model: str, known: Sequence[Utterance]
) -> Iterator[tuple[Cut, Utterance | None]]:
    """Find speech that was not transcribed, and transcribe it.

    Args:
        start: index of the first sample of the sound, counted from the start of the call.
        sound: shape (n, speakers).
        speakers: its channels.
        model: the call's Whisper model; "none" for a call without words, where none are missing.
        known: utterances that were transcribed.

    Yields:
        The speech and its words; None if the model is no longer there.
    """
    transcriber = _transcriber(model)
    for cut in _cuts(start, sound, speakers) if transcriber else ():
        start_s, end_s = seconds(cut.start), seconds(cut.end)
        own = (one for one in known if one.speaker == cut.speaker)
        covered_s = sum(max(0.0, min(end_s, one.end_s) - max(start_s, one.start_s)) for one in own)
        if covered_s < MOSTLY * (end_s - start_s):
            yield cut, transcriber.utterance(cut) if isinstance(transcriber, Transcriber) else None


def _transcriber(model: str) -> Transcriber | Literal["missing"] | None:
    try:
        load = loader(model)
        return load.at(Urgency.RECORDING)() if load else None
    except ModelError:
        return "missing"


def _cuts(start: int, sound: Pcm, speakers: Sequence[Speaker]) -> Iterator[Cut]:
    cutters = {speaker: UtteranceCutter(speaker) for speaker in speakers}
    voice = VoiceActivity(speakers)
    heard = (one for frame in _frames(sound, speakers) for one in voice.feed(frame))
    found = (item for one in heard for item in cutters[one.speaker].feed(one))
    last = (item for cutter in cutters.values() for item in cutter.flush())
    for item in chain(found, last):
        if isinstance(item, Cut):
            yield replace(item, start=item.start + start, end=item.end + start, known=item.known + start)


def _frames(sound: Pcm, speakers: Sequence[Speaker]) -> Iterator[Frame]:
    framer = Framer(speakers)
    for speaker, channel in zip(speakers, sound.T, strict=True):
        yield from framer.feed(AudioBlock(speaker, 0, to_samples(channel)))
    yield from framer.flush()

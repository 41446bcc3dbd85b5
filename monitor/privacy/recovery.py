"""What waited when a program was killed, masked as it would have been, so that it can still be kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from audio.block import seconds
from audio.files.pcm import Pcm
from audio.measure.key_tones import KeyTones
from audio.values import Utterance
from monitor.call.events import from_lines, to_line
from monitor.call.folder import CallInfo
from monitor.call.sink import MemorySink
from monitor.privacy import spool
from monitor.privacy.channels import joined
from monitor.privacy.guard import CardGuard
from monitor.privacy.late_words import unknown
from monitor.privacy.numbers import CardWords

BEFORE_S = 60.0
"""Of what was said before, this is heard again for what it tells of the words that follow."""


@dataclass(frozen=True, slots=True)
class Left:
    """What may be kept of it."""

    start: int
    """Sample index at which the sound begins."""
    sound: Pcm
    """Shape (n, speakers)."""
    lines: tuple[bytes, ...]
    """Of the log."""


def left(path: Path, info: CallInfo, log: Sequence[bytes]) -> Left:
    """Read a spool and run it through the guard.

    Speech whose words were not known yet is transcribed first; where that cannot be done it is not kept.

    Args:
        path: of the spool.
        info: of the call.
        log: the lines that are kept already.

    Raises:
        OSError: the spool cannot be read.
    """
    records = list(spool.read(path))
    blocks = [one.block for one in records if isinstance(one, spool.Sound)]
    first_s = min((seconds(block.start) for block in blocks), default=0.0)
    waiting = [spoken for one in records if isinstance(one, spool.Said) for spoken in _utterances([one.line])]
    before = [spoken for spoken in _utterances(log) if spoken.end_s > first_s - BEFORE_S]
    kept = MemorySink()
    guard = CardGuard(kept, CardWords(), {speaker: KeyTones(speaker) for speaker in info.speakers})
    guard.take_up(records, before, len(log))
    for cut, spoken in unknown(*joined(blocks, info.speakers), info.speakers, info.model, [*before, *waiting]):
        if spoken:
            guard.note(spoken)
        else:
            guard.hide(seconds(cut.start), seconds(cut.end), "unknown")
    guard.close()
    start, sound = joined(kept.blocks, info.speakers)
    written = {_as_said(line) for line in log}
    lines = [to_line(event, place) for event, place in kept.noted]
    return Left(start, sound, tuple(line for line in lines if _as_said(line) not in written))


def _utterances(lines: Sequence[bytes]) -> list[Utterance]:
    return [event for event in from_lines(lines) if isinstance(event, Utterance)]


def _as_said(line: bytes) -> bytes:
    """The line without its place, by which one is known that was written before."""
    return b"".join(to_line(event) for event in from_lines([line]))

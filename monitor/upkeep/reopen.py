"""Opens the folder of a call whose program is gone, so that another program continues it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from audio.block import seconds
from audio.files.recorder import HEADER_BYTES, header
from audio.values import ToneSample, Utterance
from monitor.base.errors import CallFolderError
from monitor.call import lock
from monitor.call.events import from_lines
from monitor.call.folder import BrokenOff
from monitor.call.info import CallInfo, read_info
from monitor.call.telephone.telephone_events import Hold
from monitor.privacy.spool_folder import spool_of
from monitor.upkeep.repair import frames_of, sound_parts, take_up, whole_lines

BEFORE_S = 60.0
"""How much of what was said before is context for the words that follow."""


@dataclass(frozen=True, slots=True)
class Reopened:
    """A call that broke off, up to where it got."""

    info: CallInfo
    before: BrokenOff
    spoken: tuple[Utterance, ...]
    """What was said last."""
    written: int
    """Lines of the log."""
    heard_s: float
    """Up to here its sound or its tone is kept."""
    on_hold: bool
    """Whether the customer was on hold."""


def reopened(folder: Path) -> Reopened:
    """Complete what a program left behind when it was killed; what the card guard held back is masked and added.

    Raises:
        CallFolderError: the folder can't be read or written, or another program holds it.
    """
    info = read_info(folder)
    with _writing(folder):
        with lock.hold(folder):
            waited = spool_of(folder)
            added = take_up(waited, folder, info) if waited else ()
            parts = tuple(sound_parts(folder))
            _mend_headers(parts, len(info.speakers))
            lines, _ = whole_lines(folder)
        if waited:
            waited.unlink()
        log = [*(line + b"\n" for line in lines if line.strip()), *added]
        samples = sum(frames_of(part, len(info.speakers)) for part in parts)
    events = list(from_lines(log))
    heard_s = max((event.end_s for event in events if isinstance(event, ToneSample)), default=0.0)
    heard_s = max(heard_s, seconds(samples))
    spoken = tuple(one for one in events if isinstance(one, Utterance) and one.end_s > heard_s - BEFORE_S)
    on_hold = [event.on for event in events if isinstance(event, Hold)][-1:] == [True]
    return Reopened(info, BrokenOff(folder, b"".join(log), parts, samples), spoken, len(log), heard_s, on_hold)


def _mend_headers(parts: tuple[Path, ...], channels: int) -> None:
    """Let each header count the samples behind it: the program may have been killed between the two."""
    for part in parts:
        with part.open("r+b") as file:
            if file.read(4) == b"RIFF":
                file.seek(0)
                file.write(header(frames_of(part, channels) * 2 * channels, channels))
                file.truncate(HEADER_BYTES + frames_of(part, channels) * 2 * channels)


@contextmanager
def _writing(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise CallFolderError(f"Can't continue the call {folder}: {error.strerror or error}.") from error

"""The second pass over a saved call: reads its sound and adds the better words to its log."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from audio.block import SAMPLE_RATE_HZ, AudioBlock, Speaker
from audio.files.stored_sound import RecordedSound
from audio.values import HeardAgain
from audio.words.model import ModelError
from monitor.base.errors import CallFolderError
from monitor.call import files, lock
from monitor.call.events import CallEvent, to_line
from monitor.call.info import CallInfo, read_info
from monitor.call.log import LOG, read_events
from monitor.sealed.errors import SealedError

PIECE = 10 * SAMPLE_RATE_HZ
"""Samples that are read at once."""

Transcribe = Callable[[Iterable[AudioBlock], CallInfo, Sequence[CallEvent]], tuple[HeardAgain, ...]]

_log = logging.getLogger("tone_monitor")


def improve(folder: Path, transcribe: Transcribe) -> bool:
    """Add better words to a call that is over and has sound, if that was not done yet.

    Args:
        folder: of the call.
        transcribe: makes them of the sound, of what is known of the call, and of its events.

    Returns:
        Whether any were added.

    Raises:
        CallFolderError: the call can't be read or written.
        SealedError: it is sealed and can't be opened.
    """
    info, events = read_info(folder), list(read_events(folder))
    if not info.closed or info.words_deleted or _is_improved(events):
        return False
    with closing(RecordedSound(files.sound_parts(folder), files.STORAGE)) as sound:
        found = transcribe(_blocks(sound, info.speakers), info, events)
    return bool(found) and _add(folder, found)


@contextmanager
def harmless() -> Iterator[None]:
    """Log why a second pass fails, without any words: a better transcript is never worth a call or a session."""
    try:
        yield
    except (CallFolderError, SealedError, ModelError) as error:
        _log.warning("A call keeps its first transcript: %s", error)
    except Exception as error:  # noqa: BLE001 - see above
        _log.warning("A call keeps its first transcript: the second pass failed with a %s.", type(error).__name__)


def _is_improved(events: Iterable[CallEvent]) -> bool:
    return any(isinstance(event, HeardAgain) for event in events)


def _blocks(sound: RecordedSound, speakers: Sequence[Speaker]) -> Iterator[AudioBlock]:
    for start in range(0, sound.frames, PIECE):
        samples = sound.read(start, PIECE)
        for speaker, channel in zip(speakers, samples.T, strict=False):
            yield AudioBlock(speaker, start, channel)


def _add(folder: Path, found: Sequence[HeardAgain]) -> bool:
    """Write them, unless the words of the call were deleted meanwhile, or another program wrote them."""
    try:
        with lock.hold(folder):
            if read_info(folder).words_deleted or _is_improved(read_events(folder)):
                return False
            left = memoryview(b"".join(map(to_line, found)))
            with files.appending(folder / LOG) as log:
                while left:
                    left = left[log.write(left) :]
    except OSError as error:
        raise CallFolderError(
            f"Can't write to the call {folder}: {error.strerror or error}. Free some disk space or change its "
            "permissions, then try again."
        ) from error
    return True

"""Call folders: start one, append to it, open it again, even one that broke off."""

import dataclasses
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Literal, Protocol

from audio.block import AudioBlock, seconds
from monitor.base import atomic
from monitor.base.errors import CallFolderError
from monitor.call import lock
from monitor.call.events import CallEvent, to_line
from monitor.call.files import STORAGE
from monitor.call.info import CallInfo, write_info

FLUSH_EVERY_S = 1.0
"""At most this much of a call, in media time, is not on the disk yet."""


def root_folder(named: Path | None = None) -> Path:
    """Where calls are kept: as named, else as TONE_MONITOR_CALLS says, else in the platform's data folder."""
    if named is not None:
        return named
    if place := os.environ.get("TONE_MONITOR_CALLS"):
        return Path(place)
    import platformdirs  # most commands are told where

    return platformdirs.user_data_path("tone-monitor") / "calls"


class CallObserver(Protocol):
    """Whoever wants to know which calls there are."""

    def started(self, folder: Path) -> None:
        """A call has begun, and has this folder."""

    def ended(self, folder: Path) -> None:
        """The call is over, and all of it is in its folder."""


class CallWriter:
    """Writes the folder of one call while it goes on. What must not be kept is masked before: see `card_guard`.

    Args:
        root: the folder of all calls; made if it is missing.
        info: what is known at the start.
        record: whether the sound is kept.
        observer: told when the folder is there and when it is complete.

    What is heard and noted waits in memory until the disk takes it, a second of the call at most as long as it does.
    A disk that fails leaves the files whole, and what it did not take is tried again.

    Raises:
        CallFolderError: the folder cannot be made.
    """

    def __init__(
        self, root: Path, info: CallInfo, *, record: bool = True, observer: CallObserver | None = None
    ) -> None:
        from audio.files.growing_file import GrowingFile  # those who only read calls write none
        from audio.files.recorder import Recorder, to_flac  # and need no numpy

        self._to_flac = partial(to_flac, storage=STORAGE)
        self._info = info
        self._observer = observer
        self._tried_s = 0.0
        self._heard_s = 0.0
        self._lines = bytearray()
        day = root / f"{info.started:%Y-%m-%d}"
        self.folder = day / f"{info.started:%H%M%S}-{secrets.token_hex(3)}"
        with _writing(root):
            atomic.make_folder(day)
            self.folder.mkdir(mode=0o700)
            with ExitStack() as unless_it_begins:
                unless_it_begins.callback(shutil.rmtree, self.folder, ignore_errors=True)
                write_info(self.folder, info)
                self._events = GrowingFile(STORAGE.create(self.folder / lock.LOG))
                unless_it_begins.callback(self._events.close)
                self._lock = unless_it_begins.enter_context(ExitStack())
                with suppress(lock.HeldError):  # a program that looks and has stopped there: no reason to lose a call
                    self._lock.enter_context(lock.hold(self.folder))
                self._recorder = Recorder(self.folder / "audio.wav", info.speakers, STORAGE) if record else None
                unless_it_begins.pop_all()
        if observer:
            observer.started(self.folder)

    def hear(self, block: AudioBlock) -> None:
        """Keep sound, if it is to be kept."""
        self._heard_s = max(self._heard_s, seconds(block.end))
        if self._recorder:
            self._recorder.feed(block)
        if self._heard_s - self._tried_s >= FLUSH_EVERY_S:
            with suppress(CallFolderError):  # nothing is lost by it, and the next `sync` tells
                self.sync()

    def note(self, event: CallEvent, place: int | None = None) -> None:
        """Keep an event.

        Args:
            event: what was said.
            place: its number among all that was said of the call, where it is written later than that.
        """
        self._lines += to_line(event, place)

    @property
    def recording(self) -> Literal["on", "off"]:
        """Whether sound is being kept."""
        return "off" if self._recorder is None else "on"

    def sync(self) -> None:
        """Bring to the disk what is still on its way; readers find the folder complete up to here.

        Raises:
            CallFolderError: the disk does not take it; it is still there to be tried again.
        """
        self._tried_s = self._heard_s
        with _writing(self.folder), ExitStack() as steps:
            if self._recorder:
                steps.callback(self._recorder.sync)
            steps.callback(self._write_lines)

    def close(self) -> None:
        """The call is over: all is on the disk, the sound packed if there is room for it.

        Raises:
            CallFolderError: the disk does not take it; what it has not taken is lost.
        """
        with ExitStack() as last, _writing(self.folder):
            if self._observer:
                last.callback(self._observer.ended, self.folder)
            last.callback(self._lock.close)  # not before the sound is packed: until then nobody else may mend the call
            with ExitStack() as steps:
                if self._recorder:
                    steps.callback(self._recorder.close)
                steps.callback(self._events.close)
                steps.callback(self._write_lines)
            if self._recorder:
                with suppress(OSError):  # the sound is whole as it is; `tone-monitor doctor` packs it
                    self._to_flac(self._recorder.paths, self.folder / "audio.flac")
            write_info(self.folder, dataclasses.replace(self._info, closed=True, duration_s=self._heard_s))

    def _write_lines(self) -> None:
        if self._lines:
            self._events.grow(bytes(self._lines))
            self._lines.clear()


@contextmanager
def _writing(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise CallFolderError(
            f"The calls folder {folder} cannot be written ({error.strerror or error}): "
            "make room, allow it, or name another one with --calls or TONE_MONITOR_CALLS."
        ) from error

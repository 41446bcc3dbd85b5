"""Call folders: start one, append to it, open it again, even one that broke off."""

from __future__ import annotations

import dataclasses
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

from audio.block import SAMPLE_RATE_HZ, AudioBlock, seconds
from monitor.base import atomic
from monitor.base.errors import CallFolderError
from monitor.call import files, lock
from monitor.call.events import CallEvent, Ended, to_line
from monitor.call.files import STORAGE
from monitor.call.info import CallInfo, write_info

if TYPE_CHECKING:  # those who only read calls need no numpy
    from audio.files.recorder import Recorder

FLUSH_EVERY_S = 1.0
"""At most this much of a call, in media time, is not on the disk yet."""
HALF = "events.half"
"""The log of a call that is continued, until it is complete."""
_ROUNDED_S = 1e-3
"""How far the time of an event may be from that of the sound without meaning another moment."""


def root_folder(named: Path | None = None) -> Path:
    """Where calls are kept: the folder given, else TONE_MONITOR_CALLS, else the platform's data folder."""
    if named is not None:
        return named
    if place := os.environ.get("TONE_MONITOR_CALLS"):
        return Path(place)
    import platformdirs  # most commands are given the folder

    return platformdirs.user_data_path("tone-monitor") / "calls"


class CallObserver(Protocol):
    """Is notified when calls start and end."""

    def started(self, folder: Path) -> None:
        """A call has started in this folder."""

    def ended(self, folder: Path) -> None:
        """The call is over and completely written."""


@dataclass(frozen=True, slots=True)
class BrokenOff:
    """A call whose program is gone, to be continued in its folder."""

    folder: Path
    lines: bytes
    """The whole lines of its log."""
    parts: tuple[Path, ...]
    """Its sound so far."""
    samples: int
    """Of each channel in them."""


class CallWriter:
    """Writes the folder of one call during the call. What must not be kept is masked first: see `monitor.privacy`.

    Args:
        root: the folder of all calls; made if it is missing.
        info: what is known at the start.
        record: whether the sound is kept.
        observer: notified when the folder is there and when it is complete.
        before: a call that is continued; None for a new one.

    Sound and events wait in memory until they are written: at most a second of the call while the disk works. A disk
    that fails leaves the files whole, and what could not be written is tried again.

    If the call's `Ended` lies before the end of its sound, nobody spoke after it: `close` drops what follows.

    Raises:
        CallFolderError: the folder cannot be made.
    """

    def __init__(
        self,
        root: Path,
        info: CallInfo,
        *,
        record: bool = True,
        observer: CallObserver | None = None,
        before: BrokenOff | None = None,
    ) -> None:
        from audio.files.growing_file import GrowingFile  # those who only read calls write none
        from audio.files.recorder import Recorder, to_flac  # and need no numpy

        self._to_flac = partial(to_flac, storage=STORAGE)
        self._new_recorder = Recorder
        self._info = info
        self._observer = observer
        self._tried_s = 0.0
        self._heard_s = 0.0
        self._ended_s: float | None = None
        """Where the call ends, if that is before the end of its sound."""
        self._lines = bytearray()
        day = root / f"{info.started:%Y-%m-%d}"
        self.folder = before.folder if before else day / f"{info.started:%H%M%S}-{secrets.token_hex(3)}"
        with _writing(root), ExitStack() as unless_it_begins:
            if before is None:
                atomic.make_folder(day)
                self.folder.mkdir(mode=0o700)
                unless_it_begins.callback(shutil.rmtree, self.folder, ignore_errors=True)
                files.begin(self.folder)
                write_info(self.folder, info)
            self._events = GrowingFile(STORAGE.create(self.folder / (HALF if before else lock.LOG)))
            unless_it_begins.callback(self._events.close)
            if before:
                self._events.grow(before.lines)
                (self.folder / HALF).replace(self.folder / lock.LOG)
            self._lock = unless_it_begins.enter_context(ExitStack())
            with suppress(lock.HeldError):  # another program that stopped while it looked: no reason to lose a call
                self._lock.enter_context(lock.hold(self.folder))
            self._recorder = self._opened_recorder(before) if record else None
            unless_it_begins.pop_all()
        if observer:
            observer.started(self.folder)

    def hear(self, block: AudioBlock) -> None:
        """Keep sound, unless it is not to be recorded."""
        self._heard_s = max(self._heard_s, seconds(block.end))
        if self._recorder:
            self._recorder.feed(block)
        if self._heard_s - self._tried_s >= FLUSH_EVERY_S:
            with suppress(CallFolderError):  # nothing is lost, and the next `sync` reports it
                self.sync()

    def note(self, event: CallEvent, place: int | None = None) -> None:
        """Keep an event.

        Args:
            event: what was said.
            place: its number among all events of the call, if it is written out of order.
        """
        self._lines += to_line(event, place)
        if isinstance(event, Ended) and event.at_s < self._heard_s - _ROUNDED_S:
            self._ended_s = event.at_s

    @property
    def recording(self) -> Literal["on", "off"]:
        """Whether sound is being kept."""
        return "off" if self._recorder is None else "on"

    def sync(self) -> None:
        """Write what is still waiting; readers then find the folder complete up to here.

        Raises:
            CallFolderError: it can't be written; it stays in memory for another try.
        """
        self._tried_s = self._heard_s
        with _writing(self.folder), ExitStack() as steps:
            if self._recorder:
                steps.callback(self._recorder.sync)
            steps.callback(self._write_lines)

    def close(self) -> None:
        """The call is over: write the rest, and compress the sound if there is space.

        Raises:
            CallFolderError: it can't be written; what is not on the disk is lost.
        """
        with ExitStack() as last, _writing(self.folder):
            if self._observer:
                last.callback(self._observer.ended, self.folder)
            if self._ended_s is not None:
                last.callback(self._drop_events, self._ended_s)  # Windows replaces no file that is locked
            last.callback(self._lock.close)  # only now, so that no other program repairs the call before
            with ExitStack() as steps:
                if self._recorder:
                    steps.callback(self._recorder.close)
                steps.callback(self._events.close)
                steps.callback(self._write_lines)
            duration_s = self._heard_s if self._ended_s is None else self._ended_s
            if self._recorder:
                with suppress(OSError):  # the sound is complete; `tone-monitor doctor` compresses it later
                    most = None if self._ended_s is None else round(duration_s * SAMPLE_RATE_HZ)
                    self._to_flac(self._recorder.paths, self.folder / "audio.flac", most=most)
            write_info(self.folder, dataclasses.replace(self._info, closed=True, duration_s=duration_s))

    def know(self, info: CallInfo) -> None:
        """More is known of the call: write it down.

        Raises:
            CallFolderError: it can't be written.
        """
        self._info = info
        with _writing(self.folder):
            write_info(self.folder, info)

    def _opened_recorder(self, before: BrokenOff | None) -> Recorder:
        if before is None or not before.parts:
            return self._new_recorder(self.folder / "audio.wav", self._info.speakers, STORAGE)
        next_part = self.folder / f"audio.{len(before.parts) + 1}.wav"
        return self._new_recorder(next_part, self._info.speakers, STORAGE, before=before.parts, start=before.samples)

    def _drop_events(self, from_s: float) -> None:
        from monitor.call.log import cut_lines  # few calls end in such a silence

        with _writing(self.folder):
            files.write(self.folder / lock.LOG, cut_lines(files.read(self.folder / lock.LOG), from_s))

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
            f"Can't write to the calls folder {folder}: {error.strerror or error}. Free some disk space, change its "
            "permissions, or choose another folder with --calls or TONE_MONITOR_CALLS."
        ) from error

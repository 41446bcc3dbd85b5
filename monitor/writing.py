"""A call folder written on a thread of its own: the sound never waits for the disk, the disk is never far behind."""

import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Literal

from audio.block import AudioBlock, seconds
from monitor.calls import CallFolderError, CallWriter
from monitor.events import CallEvent, Gap

SYNC_EVERY_S = 0.5
"""Of the wall clock, however slowly the sound comes."""
MOST_WAITING_S = 60.0
"""Of sound that the disk has not taken yet; what comes then is lost, and that is kept."""


class WritingThread:
    """The methods of a CallWriter, each of which returns at once.

    What is handed over is on the disk half a second later. A disk that cannot keep up loses the sound beyond a minute,
    as a Gap; one that fails ends the keeping.

    Args:
        writer: used by nobody else from here on.
    """

    def __init__(self, writer: CallWriter) -> None:
        self.folder: Path = writer.folder
        self.failure: CallFolderError | None = None
        """What ended the keeping before the call's end."""
        self.recording: Literal["on", "off", "paused"] = writer.recording
        """Whether sound is being kept."""
        self._writer = writer
        self._unpaused = writer.recording
        self._jobs: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._written_s = 0.0
        self._lost_from_s: float | None = None
        self._thread = Thread(target=self._run, name="writer")
        self._thread.start()

    def hear(self, block: AudioBlock) -> None:
        """Keep sound, if it is to be kept."""
        start_s = seconds(block.start)
        if seconds(block.end) - self._written_s > MOST_WAITING_S:
            self._lost_from_s = start_s if self._lost_from_s is None else self._lost_from_s
            return
        if self._lost_from_s is not None:
            self.note(Gap(round(self._lost_from_s, 3), round(start_s, 3), "sound", "The disk could not keep up."))
            self._lost_from_s = None
        self._hand_over(lambda: self._hear(block))

    def note(self, event: CallEvent) -> None:
        """Keep an event."""
        self._hand_over(lambda: self._writer.note(event))

    def pause(self) -> None:
        """Keep neither sound nor words from here on."""
        self.recording = "paused"
        self._hand_over(self._writer.pause)

    def resume(self) -> None:
        """Keep them again."""
        self.recording = self._unpaused
        self._hand_over(self._writer.resume)

    def close(self) -> None:
        """The call is over; returns when all is on the disk and the sound is packed."""
        self._jobs.put(None)
        self._thread.join()

    def _hand_over(self, job: Callable[[], None]) -> None:
        if self.failure is None:
            self._jobs.put(job)

    def _hear(self, block: AudioBlock) -> None:
        self._writer.hear(block)
        self._written_s = seconds(block.end)

    def _run(self) -> None:
        try:
            self._write()
            self._writer.close()
        except CallFolderError as error:
            self.failure = error
            with suppress(CallFolderError):
                self._writer.close()

    def _write(self) -> None:
        """Do what is handed over, in its order, until the call is over."""
        synced_s, is_synced = time.monotonic(), True
        while True:
            try:
                job = self._jobs.get(timeout=max(0.0, synced_s + SYNC_EVERY_S - time.monotonic()))
            except Empty:
                pass
            else:
                if job is None:
                    return
                job()
                is_synced = False
            if time.monotonic() - synced_s >= SYNC_EVERY_S:
                if not is_synced:
                    self._writer.sync()
                synced_s, is_synced = time.monotonic(), True

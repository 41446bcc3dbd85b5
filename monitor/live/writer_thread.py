"""Writes a call folder on a thread of its own: the sound never waits for the disk, and the disk is never far behind."""

import errno
import time
from collections.abc import Callable
from pathlib import Path
from queue import SimpleQueue
from threading import Event, Thread
from typing import Literal

from audio.block import AudioBlock, Speaker, seconds
from monitor.base.errors import CallFolderError
from monitor.call.events import CallEvent, Gap
from monitor.privacy.guard import CardGuard

LOOK_EVERY_S = 0.1
"""By the wall clock: waking the thread for each block costs more than writing the block."""
HURRY_FROM_S = 1.0
"""Of sound that is not written yet, when it comes faster than it was spoken."""
SYNC_EVERY_S = 0.5
"""By the wall clock, however slowly the sound comes."""
RETRY_EVERY_S = 2.0
"""The same, while the disk fails."""
LAST_TRIES_S = 10.0
"""How long the end of a call waits for a failing disk."""
MOST_WAITING_S = 60.0
"""Of sound that is not written yet; what comes after that is lost, and the log says so."""
MOST_EVENTS_WAITING = 100_000
"""The same for events, about an hour of them."""

_WHY = {
    errno.ENOSPC: "The disk is full",
    errno.EDQUOT: "The disk is full",
    errno.EROFS: "The calls folder can't be written to any more",
    errno.EACCES: "The calls folder can't be written to any more",
    errno.ENOENT: "The call's folder is gone",
}
_ADVICE = {
    errno.ENOSPC: "Make room",
    errno.EDQUOT: "Make room",
    errno.ENOENT: "Keep calls on a disk that stays",
}


class WritingThread:
    """A sink whose methods, except `close`, return at once: another thread passes everything on to the card guard.

    The card guard has what is passed on a tenth of a second later, and the disk what the guard lets go half a second
    after that. While the disk fails, writing is retried and new data waits in memory; if the disk is too slow or fails
    for longer, the sound beyond a minute is lost, as a Gap.

    One thread at a time calls the methods and writes what they count (`_wanted`, `_heard_s`, `_noted`, `_lost_from`):
    the session's, then the one on which the call ends. Only the writer's thread writes `failure`, `_taken_s`,
    `_kept_s`, `_notes_taken` and `_notes_kept`. The caller reads those one by one, without a lock: each is a single
    reference, and an old value only makes the disk look slower than it is.

    Args:
        writer: used by nothing else from here on.
        retry_every_s: pause between two tries while the disk fails.
        last_tries_s: how long `close` keeps trying.
    """

    def __init__(
        self, writer: CardGuard, *, retry_every_s: float = RETRY_EVERY_S, last_tries_s: float = LAST_TRIES_S
    ) -> None:
        self.folder: Path = writer.folder
        self.failure: CallFolderError | None = None
        """Why the call can't be written at the moment or, after `close`, could not be written completely."""
        self._writer = writer
        self._unpaused = self._wanted = writer.recording
        self._retry_every_s = retry_every_s
        self._last_tries_s = last_tries_s
        self._jobs: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._hurry = Event()
        """Set when the jobs should not wait for the next look."""
        self._handed_s = self._taken_s = self._kept_s = 0.0
        self._heard_s: dict[Speaker | None, float] = {None: 0.0}
        """How far each speaker was heard, and under None the latest of these times."""
        self._noted = self._notes_taken = self._notes_kept = 0
        self._lost_from: dict[Speaker | None, float] = {}
        """Since when a speaker's sound is being lost, or under None the events."""
        self._thread = Thread(target=self._run, name="writer")
        self._thread.start()

    @property
    def recording(self) -> Literal["on", "off", "paused"]:
        """Whether sound is being kept."""
        return "off" if self.failure and not self.paused else self._wanted

    @property
    def paused(self) -> bool:
        """Whether recording is paused: neither sound nor words are kept."""
        return self._wanted == "paused"

    @property
    def up_to_date(self) -> bool:
        """Whether everything passed on and not lost is on the disk."""
        return self.failure is None and self._kept_s == self._handed_s and self._notes_kept == self._noted

    @property
    def trouble(self) -> str:
        """What is wrong with saving the call, for the agent; empty if nothing is."""
        if failure := self.failure:
            cause = failure.__cause__
            number = (cause.errno or 0) if isinstance(cause, OSError) else 0
            why, advice = (
                _WHY.get(number, "The disk does not accept the call"),
                _ADVICE.get(number, "Check the disk"),
            )
            if self._thread.is_alive():
                return f"{why}: the call is not being saved. {advice}; saving continues automatically."
            return f"{why}: the end of this call is not saved. {advice} before the next one."
        if self._lost_from:
            return "The disk can't keep up: the call is not being saved. Close other programs that use it."
        return ""

    def hear(self, block: AudioBlock) -> None:
        """Keep sound, unless it is not to be recorded."""
        self._heard_s[block.speaker] = seconds(block.end)
        self._heard_s[None] = max(self._heard_s.values())
        if seconds(block.end) - self._kept_s > MOST_WAITING_S:
            self._lost_from.setdefault(block.speaker, seconds(block.start))
            return
        self._tell_lost(block.speaker, seconds(block.start))
        self._handed_s = max(self._handed_s, seconds(block.end))
        self._jobs.put(lambda: self._hear(block))
        if self._handed_s - self._taken_s > HURRY_FROM_S:
            self._hurry.set()

    def note(self, event: CallEvent) -> None:
        """Keep an event."""
        if self._noted - self._notes_kept >= MOST_EVENTS_WAITING:
            self._lost_from.setdefault(None, self._heard_s[None])
            return
        self._tell_lost(None, self._heard_s[None])
        self._note(event)

    def pause(self) -> None:
        """Keep neither sound nor words from here on."""
        self._wanted = "paused"
        self._jobs.put(self._writer.pause)

    def resume(self) -> None:
        """Keep them again."""
        self._wanted = self._unpaused
        self._jobs.put(self._writer.resume)

    def sync(self) -> None:
        """Write everything to the disk now, not at the next turn."""
        self._jobs.put(self._sync)
        self._hurry.set()

    def close(self) -> None:
        """The call is over: return when all is on the disk and the sound is compressed, or the disk kept failing."""
        for whose in tuple(self._lost_from):
            self._tell_lost(whose, self._heard_s[whose])
        self._jobs.put(None)
        self._hurry.set()
        self._thread.join()

    def _tell_lost(self, whose: Speaker | None, until_s: float) -> None:
        """Note what was lost up to that time, if anything was."""
        if (from_s := self._lost_from.pop(whose, None)) is None:
            return
        what: Literal["sound", "words"] = "sound" if whose else "words"
        self._note(Gap(round(from_s, 3), round(until_s, 3), what, "The disk was full or could not keep up.", whose))

    def _note(self, event: CallEvent) -> None:
        self._noted += 1
        self._jobs.put(lambda: self._take_note(event))

    def _take_note(self, event: CallEvent) -> None:
        self._notes_taken += 1
        self._writer.note(event)

    def _hear(self, block: AudioBlock) -> None:
        self._writer.hear(block)
        self._taken_s = max(self._taken_s, seconds(block.end))
        if self.failure is None:
            self._kept_s = self._taken_s

    def _run(self) -> None:
        """Do the jobs in order until the call is over."""
        tried_s, is_synced, is_over = time.monotonic(), True, False
        while not is_over:
            self._hurry.wait(LOOK_EVERY_S)
            self._hurry.clear()
            for _ in range(self._jobs.qsize()):
                job = self._jobs.get()
                if job is None:
                    is_over = True
                else:
                    self._do(job)
                    is_synced = False
            pause_s = self._retry_every_s if self.failure else SYNC_EVERY_S
            if time.monotonic() - tried_s >= pause_s:
                if not is_synced or self.failure:
                    self._do(self._sync)
                tried_s, is_synced = time.monotonic(), True
        self._end()

    def _end(self) -> None:
        until_s = time.monotonic() + self._last_tries_s
        self._do(self._sync)
        while self.failure and time.monotonic() < until_s:
            time.sleep(min(self._retry_every_s, self._last_tries_s))
            self._do(self._sync)
        self._do(self._close)

    def _sync(self) -> None:
        self._writer.sync()
        self._kept()

    def _close(self) -> None:
        self._writer.close()
        self._kept()

    def _kept(self) -> None:
        self.failure, self._kept_s, self._notes_kept = None, self._taken_s, self._notes_taken

    def _do(self, job: Callable[[], None]) -> None:
        try:
            job()
        except CallFolderError as error:
            self.failure = error
        except Exception as error:  # noqa: BLE001 - one thing that can't be kept must not stop the others
            self.failure = CallFolderError(
                f"Can't write to {self.folder}: {type(error).__name__}. Please report this bug."
            )

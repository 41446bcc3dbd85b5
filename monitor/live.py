"""One live call: a pump between the source, the pipeline, the call folder and whoever shows it.

The only place with a clock: it paces a recording, and it tells how far the measuring is behind the sound.
"""

from __future__ import annotations

import dataclasses
import math
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from itertools import chain
from queue import SimpleQueue
from threading import Event, Thread
from typing import TYPE_CHECKING

from audio.block import SAMPLE_RATE_HZ, AudioBlock, seconds
from audio.measures import PartialWords
from monitor.calls import CallFolderError, CallWriter
from monitor.events import CallEvent, Ended, EndedWhy, Health, Mark, Progress, PromptShown

if TYPE_CHECKING:  # a screen that waits for this module would wait for numpy and onnxruntime
    from pathlib import Path

    from monitor.pipeline import Pipeline

    Command = Callable[[Pipeline], Iterable[CallEvent]]

Show = Callable[[CallEvent | PartialWords | Progress], None]

PROGRESS_EVERY_S = 0.2
NO_SOUND_AFTER = 3 * SAMPLE_RATE_HZ
"""Samples of digital silence after which the microphone is reported."""


@dataclass(frozen=True, slots=True, eq=False)
class Opened:
    """All that a call needs to run."""

    source: Iterable[AudioBlock]
    """The sound, in the order in which it is heard."""
    pipeline: Pipeline
    writer: CallWriter | None = None
    """Keeps the call; None to keep nothing."""
    speed: float | None = None
    """Seconds of a recording that pass in one; 0 for as fast as it goes; None for sound cards, which set the pace."""


class LiveCall:
    """Runs one call from its first block to its last event.

    Args:
        open_call: gets everything ready, on the thread of the call, so that a screen need not wait for it.
    """

    def __init__(self, open_call: Callable[[], Opened]) -> None:
        self.failure: Exception | None = None
        """What ended the call before its time."""
        self.folder: Path | None = None
        """Where the call is kept, if it is."""
        self._open_call = open_call
        self._writer: CallWriter | None = None
        self._speed: float | None = None
        self._show: Show = lambda _: None
        self._commands: SimpleQueue[Command] = SimpleQueue()
        self._stopped = Event()
        self._thread: Thread | None = None
        self._began_s = 0.0
        self._progress_s = -math.inf
        self._heard_s = 0.0
        self._silent = 0
        self._words_failed = False
        self._snoozed_until_s: float | None = None

    def start(self, show: Show) -> None:
        """Run the call on a thread of its own, where `show` is called, too."""
        self._thread = Thread(target=self.run, args=(show,), name="call")
        self._thread.start()

    def stop(self) -> None:
        """End the call, and wait until it has."""
        self._stopped.set()
        if self._thread:
            self._thread.join()

    def run(self, show: Show) -> None:
        """Run the call here. Ctrl-C ends it as `stop` does."""
        self._show = show
        try:
            opened = self._open_call()
            self._writer, self._speed = opened.writer, opened.speed
            self.folder = opened.writer.folder if opened.writer else None
            with closing(opened.pipeline) as pipeline:
                why = self._pump(opened.source, pipeline)
                for event in pipeline.flush():
                    self._emit(event)
                self._emit(Ended(round(self._heard_s, 3), why))
        except Exception as error:  # noqa: BLE001 - whatever happened, the call is kept and the failure told
            self.failure = error
            self._emit(Ended(round(self._heard_s, 3), "error"))
        self._keep(lambda writer: writer.close())

    def dismiss(self) -> None:
        """Take the prompt down."""
        self._commands.put(lambda pipeline: pipeline.dismiss())

    def flag(self) -> None:
        """Mark this moment for later."""
        self._commands.put(lambda pipeline: [Mark(round(pipeline.now_s, 3), "flag")])

    def snooze(self, minutes: float | None) -> None:
        """No prompts for so long, infinite for the rest of the call; None for prompts again. It is recorded nowhere."""
        self._commands.put(lambda pipeline: self._snooze(pipeline, minutes))

    def pause_recording(self) -> None:
        """Keep neither sound nor words from here on, or keep them again."""
        self._commands.put(lambda _: self._pause())

    def _pump(self, source: Iterable[AudioBlock], pipeline: Pipeline) -> EndedWhy:
        self._began_s = time.monotonic()
        try:
            for block in source:
                self._pace(seconds(block.end))
                if self._stopped.is_set():
                    return "stopped"
                self._hear(block)
                for event in chain(pipeline.feed(block), self._health(block, pipeline), self._commanded(pipeline)):
                    self._emit(event, self._behind_s(pipeline))
                self._show_progress(pipeline)
        except KeyboardInterrupt:
            return "stopped"
        return "end of sound"

    def _hear(self, block: AudioBlock) -> None:
        self._heard_s = seconds(block.end)
        self._keep(lambda writer: writer.hear(block))

    def _pace(self, until_s: float) -> None:
        if self._speed:
            self._stopped.wait(max(0.0, self._began_s + until_s / self._speed - time.monotonic()))

    def _behind_s(self, pipeline: Pipeline) -> float:
        if self._speed is None or self._speed > 0:
            return max(0.0, (time.monotonic() - self._began_s) * (self._speed or 1.0) - pipeline.now_s)
        return 0.0

    def _emit(self, event: CallEvent, behind_s: float = 0.0) -> None:
        if isinstance(event, PromptShown):
            event = dataclasses.replace(event, delay_s=round(behind_s, 3))
        self._keep(lambda writer: writer.note(event))
        self._show(event)

    def _keep(self, write: Callable[[CallWriter], None]) -> None:
        if self._writer is None:
            return
        try:
            write(self._writer)
        except CallFolderError as error:
            broken, self._writer = self._writer, None
            with suppress(CallFolderError):
                broken.close()
            self._show(Health(round(self._heard_s, 3), "recording", fine=False, note=f"Not kept any more: {error}"))

    def _commanded(self, pipeline: Pipeline) -> Iterator[CallEvent]:
        while not self._commands.empty():
            yield from self._commands.get()(pipeline)

    def _snooze(self, pipeline: Pipeline, minutes: float | None) -> Iterable[CallEvent]:
        self._snoozed_until_s = None if minutes is None else pipeline.now_s + 60 * minutes
        return pipeline.snooze(self._snoozed_until_s or pipeline.now_s)

    def _pause(self) -> Iterable[CallEvent]:
        self._keep(lambda writer: writer.resume() if writer.paused else writer.pause())
        return ()

    def _health(self, block: AudioBlock, pipeline: Pipeline) -> Iterator[CallEvent]:
        at_s = round(self._heard_s, 3)
        if block.speaker == "agent":
            was_silent = self._silent >= NO_SOUND_AFTER
            self._silent = 0 if block.samples.any() else self._silent + len(block.samples)
            silent = self._silent >= NO_SOUND_AFTER
            if silent and not was_silent:
                yield Health(at_s, "microphone", fine=False, note="No sound from the microphone.")
            elif was_silent and not silent:
                yield Health(at_s, "microphone", fine=True, note="The microphone is heard again.")
        if not self._words_failed and (error := pipeline.words_error):
            self._words_failed = True
            yield Health(at_s, "words", fine=False, note=f"Tone only, no words: {error}")

    def _show_progress(self, pipeline: Pipeline) -> None:
        for words in pipeline.partials():
            self._show(words)
        now_s = time.monotonic()
        if now_s - self._progress_s < PROGRESS_EVERY_S:
            return
        self._progress_s = now_s
        if self._snoozed_until_s is not None and pipeline.now_s >= self._snoozed_until_s:
            self._snoozed_until_s = None
        self._show(
            Progress(
                heard_s=self._heard_s,
                behind_s=self._behind_s(pipeline),
                words_behind_s=pipeline.words_behind_s,
                recording=self._writer.recording if self._writer else "off",
                snoozed_until_s=self._snoozed_until_s,
            )
        )

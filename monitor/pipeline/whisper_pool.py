"""Threads of one call that wait for Whisper, so that the sound never does."""

from collections.abc import Callable
from concurrent.futures import Future, wait
from dataclasses import dataclass, field
from functools import partial
from threading import Condition, Thread
from typing import Any

from audio.words.model import ModelError
from audio.words.transcribe import Transcriber
from monitor.pipeline.whisper_model import SharedModel
from monitor.whisper.errors import OtherModelError, WordsLateError

WORKERS = 2
"""Sounds of one call that are transcribed at the same time: one per speaker."""


@dataclass(eq=False)
class Task:
    """A sound to be transcribed."""

    work: Callable[[Transcriber], Any]
    rank: tuple[int, int]
    """What sorts first starts first."""
    after: Future[Any] | None = None
    """It starts when this is done: a thread that waits inside a task would be one less for the other speaker."""
    done: Future[Any] = field(default_factory=Future)

    @property
    def is_ready(self) -> bool:
        """Whether it may start."""
        return self.after is None or self.after.done()


class WhisperPool:
    """Two threads over one model; the first of them loads it.

    How long an answer may take is up to the Whisper process and the line to it: a task always ends.

    Args:
        load: makes the transcriber.
    """

    def __init__(self, load: Callable[[], Transcriber]) -> None:
        self.transcriber = Future[Transcriber]()
        """Done when the model is loaded, or could not be."""
        self._load = load
        self._changed = Condition()
        self._waiting: list[Task] = []
        self._closed = False
        self._error: ModelError | None = None
        self._threads = [
            Thread(target=self._run, args=(number,), name="words", daemon=True) for number in range(WORKERS)
        ]
        for thread in self._threads:
            thread.start()

    @property
    def trouble(self) -> BaseException | None:
        """Why there are no words, or none of the model that was wanted, if so."""
        if self.transcriber.done() and (error := self.transcriber.exception()):
            return error
        if isinstance(self._load, SharedModel) and self._load.is_restarting and not self._error:
            return WordsLateError("Whisper has stopped and is restarting. The words will return automatically.")
        if not self._error and self.transcriber.done() and (note := self.transcriber.result().note):
            return OtherModelError(note)
        return self._error

    def put(self, task: Task) -> None:
        """Queue something to be done in its turn."""
        with self._changed:
            if self._closed:
                task.done.cancel()
                return
            self._waiting.append(task)
            self._changed.notify()

    def withdraw(self, task: Task) -> bool:
        """Cancel something that has not started; return whether it was cancelled."""
        with self._changed:
            if task not in self._waiting:
                return False
            self._waiting.remove(task)
            return True

    def close(self) -> None:
        """Drop what has not started, wait for what has."""
        with self._changed:
            self._closed = True
            for task in self._waiting:
                task.done.cancel()
            self._waiting.clear()
            self._changed.notify_all()
        for thread in self._threads:
            thread.join()

    def _run(self, number: int) -> None:
        if number == 0:
            _settle(self.transcriber, self._load)
        wait([self.transcriber])
        while task := self._next():
            _settle(task.done, partial(self._work, task))
            with self._changed:
                self._changed.notify()  # this worker takes one task that waited for this, and there may be two
            error = task.done.exception()
            self._error = error if isinstance(error, ModelError) else None

    def _work(self, task: Task) -> object:
        return task.work(self.transcriber.result())

    def _next(self) -> Task | None:
        """Wait for what is due first; None when there is nothing more to do."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or any(task.is_ready for task in self._waiting))
            if self._closed:
                return None
            task = min((task for task in self._waiting if task.is_ready), key=lambda task: task.rank)
            self._waiting.remove(task)
            return task


def _settle(future: Future[Any], work: Callable[[], Any]) -> None:
    try:
        result = work()
    except BaseException as error:  # noqa: BLE001 - raised again where the result is asked for
        future.set_exception(error)
    else:
        future.set_result(result)

"""Threads that run Whisper; if it does not answer, they are abandoned and new ones take over."""

from collections.abc import Callable
from concurrent.futures import Future, wait
from dataclasses import dataclass, field
from threading import Condition, Event, Thread, current_thread
from typing import Any

from audio.words.model import ModelError
from audio.words.transcribe import Transcriber
from monitor.base.errors import MonitorError
from monitor.pipeline.whisper_model import SharedModel

WORKERS = 2
TICK_S = 0.5
"""Between two checks for timeouts. Time is counted in checks, so a machine that slept causes no timeout."""
FAILURES = 3
"""After so many failures in a row Whisper is loaded again."""
LAST_WAIT_S = 10.0
"""Wait for a model that is still loading when it is no longer needed."""


class WordsLateError(MonitorError):
    """Whisper could not keep up with these words, or timed out; the message is a full sentence."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long Whisper may take."""

    least_s: float
    """Timeout for any sound."""
    times: float
    """Timeout for a long sound, in multiples of its length."""
    load_s: float
    """Timeout for loading the model, which may have to be downloaded."""

    def of(self, length_s: float) -> float:
        """How long a sound of this length may take."""
        return max(self.least_s, self.times * length_s)


LIVE = Patience(least_s=10.0, times=6.0, load_s=300.0)
FILE = Patience(least_s=120.0, times=60.0, load_s=3600.0)
"""Nobody waits for the words of a file, so a large model may take long."""


@dataclass(eq=False)
class Task:
    """A sound to be transcribed."""

    work: Callable[[Transcriber], Any]
    length_s: float
    """Of the sound."""
    rank: tuple[int, int]
    """What sorts first starts first."""
    done: Future[Any] = field(default_factory=Future)
    ticks: int = 0
    """How long it has been in progress."""


@dataclass(eq=False)
class _Crew:
    """The workers over one model."""

    anew: bool
    """Whether it replaced another crew."""
    transcriber: Future[Transcriber] = field(default_factory=Future)
    threads: list[Thread] = field(default_factory=list)
    running: dict[Task, Thread] = field(default_factory=dict)
    ticks: int = 0
    """How long the model has been loading."""
    failures: int = 0
    """Failures since the last success."""
    proven: bool = False
    """Whether it has made words."""
    relieved: bool = False
    """Whether another crew has replaced it."""


class WhisperPool:
    """Two threads over one model; the first of them loads it.

    A sound that times out is given up, and with it the model and its threads: they are abandoned, as they may never
    return, and a new model with new threads does the rest.

    Args:
        load: makes the transcriber; called again for a new one.
        patience: the timeouts.
    """

    def __init__(self, load: Callable[[], Transcriber], patience: Patience = LIVE) -> None:
        self._load = load
        self._patience = patience
        self._changed = Condition()
        self._waiting: list[Task] = []
        self._left: set[Thread] = set()
        self._closed = False
        self._over = Event()
        self._crews: list[_Crew] = []
        self._begin_crew(anew=False)
        Thread(target=self.watch, name="words watch", daemon=True).start()

    @property
    def transcriber(self) -> Future[Transcriber]:
        """Done when the model is loaded, or could not be."""
        return self._crews[-1].transcriber

    @property
    def trouble(self) -> BaseException | None:
        """Why there are no words, if so."""
        crew = self._crews[-1]
        if crew.transcriber.done() and (error := crew.transcriber.exception()):
            return error
        if crew.anew and not crew.proven:
            return WordsLateError("Whisper timed out and is restarting. The words will return automatically.")
        return None

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

    def tick(self) -> None:
        """Check how long everything has taken, and give up what has timed out."""
        with self._changed:
            for crew in tuple(self._crews):
                late = self._late(crew)
                for task in late:
                    self._left.add(crew.running.pop(task))
                    task.done.set_exception(WordsLateError("Whisper timed out; the words are lost."))
                if late:
                    self._relieve(crew)

    def close(self) -> None:
        """Drop what has not started, wait for what has, unless it must be given up, too."""
        with self._changed:
            self._closed = True
            for task in self._waiting:
                task.done.cancel()
            self._waiting.clear()
            self._changed.notify_all()
        for thread in [thread for crew in self._crews for thread in crew.threads]:
            while thread.is_alive() and thread not in self._left:
                thread.join(TICK_S / 5)
        self._over.set()

    def _begin_crew(self, *, anew: bool) -> None:
        crew = _Crew(anew)
        self._crews.append(crew)
        for number in range(WORKERS):
            thread = Thread(target=self._run, args=(crew, number == 0), name="words", daemon=True)
            crew.threads.append(thread)
            thread.start()

    def _relieve(self, crew: _Crew) -> None:
        """Let a new crew take over; threads of the old one end when they return."""
        if crew.relieved or self._closed:
            return
        crew.relieved = True
        if isinstance(self._load, SharedModel) and not crew.transcriber.exception():
            self._load.forget(crew.transcriber.result())
        self._begin_crew(anew=True)
        self._changed.notify_all()

    def _late(self, crew: _Crew) -> list[Task]:
        """What has timed out; a model that takes too long to load is given up here."""
        if not crew.transcriber.done():
            crew.ticks += 1
            if crew.ticks * TICK_S > (LAST_WAIT_S if self._closed else self._patience.load_s):
                self._left.update(crew.threads)
                crew.transcriber.set_exception(
                    ModelError("The Whisper model did not load within minutes. End the session and start it again.")
                )
            return []
        for task in crew.running:
            task.ticks += 1
        return [task for task in crew.running if task.ticks * TICK_S > self._patience.of(task.length_s)]

    def watch(self) -> None:
        """Tick until the workers are no longer needed."""
        while not self._over.wait(TICK_S):
            self.tick()

    def _run(self, crew: _Crew, loads: bool) -> None:  # noqa: FBT001 - a thread's arguments have no names
        if loads:
            self._settle_load(crew)
        wait([crew.transcriber])
        while task := self._next(crew):
            result, error = None, None
            try:
                result = task.work(crew.transcriber.result())
            except BaseException as raised:  # noqa: BLE001 - raised again where the words are asked for
                error = raised
            self._settle(crew, task, result, error)

    def _settle_load(self, crew: _Crew) -> None:
        loaded, error = None, None
        try:
            loaded = self._load()
        except BaseException as raised:  # noqa: BLE001 - raised again where the model is asked for
            error = raised
        with self._changed:
            if crew.transcriber.done():
                return
            if error:
                crew.transcriber.set_exception(error)
            else:
                crew.transcriber.set_result(loaded)  # type: ignore[arg-type]

    def _next(self, crew: _Crew) -> Task | None:
        """Wait for what is due first; None when there is nothing more to do."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._closed or crew.relieved)
            if crew.relieved or not self._waiting:
                return None
            task = min(self._waiting, key=lambda task: task.rank)
            self._waiting.remove(task)
            crew.running[task] = current_thread()
            return task

    def _settle(self, crew: _Crew, task: Task, result: object, error: BaseException | None) -> None:
        with self._changed:
            if crew.running.pop(task, None) is None:
                return  # it was given up
            if error is None:
                crew.proven, crew.failures = True, 0
            elif not isinstance(error, ModelError):
                crew.failures += 1
                if crew.failures >= FAILURES:
                    self._relieve(crew)
        if error is None:
            task.done.set_result(result)
        else:
            task.done.set_exception(error)

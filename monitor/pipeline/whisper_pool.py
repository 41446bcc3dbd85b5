"""Threads that ask Whisper; where it does not answer they are left behind, and fresh ones take over."""

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
"""Between two looks at how long the workers take. Time is counted in looks: a machine that slept makes nobody late."""
FAILURES = 3
"""So many sounds in a row that Whisper fails at, and it is loaded anew."""
LAST_WAIT_S = 10.0
"""For a model that is still being loaded when nobody needs it any more."""


class WordsLateError(MonitorError):
    """Whisper could not keep up with these words, or did not answer; the message is a full sentence."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long Whisper may take."""

    least_s: float
    """For any sound."""
    times: float
    """For a long one, in lengths of it."""
    load_s: float
    """Until the model is loaded, which may have to be downloaded."""

    def of(self, length_s: float) -> float:
        """How long a sound of this length may take."""
        return max(self.least_s, self.times * length_s)


LIVE = Patience(least_s=10.0, times=6.0, load_s=300.0)
FILE = Patience(least_s=120.0, times=60.0, load_s=3600.0)
"""Nobody waits for the words of a file, and a large model may take its time."""


@dataclass(eq=False)
class Task:
    """A sound to be made words of."""

    work: Callable[[Transcriber], Any]
    length_s: float
    """Of the sound."""
    rank: tuple[int, int]
    """What sorts first is begun first."""
    done: Future[Any] = field(default_factory=Future)
    ticks: int = 0
    """For how long it has been under way."""


@dataclass(eq=False)
class _Crew:
    """The workers over one model."""

    anew: bool
    """Whether it took over from another one."""
    transcriber: Future[Transcriber] = field(default_factory=Future)
    threads: list[Thread] = field(default_factory=list)
    running: dict[Task, Thread] = field(default_factory=dict)
    ticks: int = 0
    """For how long the model has been loading."""
    failures: int = 0
    """Of the sounds since one that went well."""
    proven: bool = False
    """Whether it has made words."""
    relieved: bool = False
    """Whether another one has taken over."""


class Workers:
    """Two threads over one model; the first of them loads it.

    A sound that takes too long is given up, and with it the model and its threads: they are left behind, in case they
    never come back, and a fresh model with fresh threads does the rest.

    Args:
        load: makes the transcriber; asked again for a fresh one.
        patience: before a sound is given up.
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
        """What keeps the words from coming, if anything does."""
        crew = self._crews[-1]
        if crew.transcriber.done() and (error := crew.transcriber.exception()):
            return error
        if crew.anew and not crew.proven:
            return WordsLateError("Whisper stopped answering and is started anew; the words come back by themselves.")
        return None

    def put(self, task: Task) -> None:
        """Have something done when it is its turn."""
        with self._changed:
            if self._closed:
                task.done.cancel()
                return
            self._waiting.append(task)
            self._changed.notify()

    def withdraw(self, task: Task) -> bool:
        """Take something back that has not begun; tell whether it had not."""
        with self._changed:
            if task not in self._waiting:
                return False
            self._waiting.remove(task)
            return True

    def tick(self) -> None:
        """Look how long everything has taken, and give up what has taken too long."""
        with self._changed:
            for crew in tuple(self._crews):
                late = self._late(crew)
                for task in late:
                    self._left.add(crew.running.pop(task))
                    task.done.set_exception(WordsLateError("Whisper did not answer; the words are lost."))
                if late:
                    self._relieve(crew)

    def close(self) -> None:
        """Give up what has not begun, wait for what has, unless it has to be given up, too."""
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
        """Have a fresh crew take over; those of the old one that come back end."""
        if crew.relieved or self._closed:
            return
        crew.relieved = True
        if isinstance(self._load, SharedModel) and not crew.transcriber.exception():
            self._load.forget(crew.transcriber.result())
        self._begin_crew(anew=True)
        self._changed.notify_all()

    def _late(self, crew: _Crew) -> list[Task]:
        """What has taken too long; a model that takes too long to load is given up here."""
        if not crew.transcriber.done():
            crew.ticks += 1
            if crew.ticks * TICK_S > (LAST_WAIT_S if self._closed else self._patience.load_s):
                self._left.update(crew.threads)
                crew.transcriber.set_exception(
                    ModelError("The Whisper model is not loaded after minutes: end the session and start it anew.")
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

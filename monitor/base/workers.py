"""Processes that work side by side: one that dies or hangs costs the task it had, and not the run."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from typing import Any, Generic, Literal, TypeVar

from monitor.base.errors import MonitorError

Task = TypeVar("Task")
Found = TypeVar("Found")
Work = Callable[..., Found]
"""Works one task; takes `progress`, which takes the seconds done and the length of the recording."""

TRIES = 2
"""How often a task is begun: a worker may die of what another program did, such as taking all memory."""
FALSE_STARTS = 3
"""Processes that may end before they are ready, one after the other."""
TOLD_EVERY_S = 0.5
END_S = 5.0
"""How long a worker may take to end when it is asked to."""


class WorkersError(MonitorError):
    """No worker can be started; the message is a full sentence."""


@dataclass(frozen=True, slots=True)
class Lost:
    """A task that took its worker down each time."""

    how: Literal["died", "hung"]
    why: str
    """Half a sentence: the signal or the exit code, or after how many seconds it was given up."""


@dataclass(slots=True)
class _Worker(Generic[Task]):
    process: SpawnProcess
    line: Connection
    ready: bool = False
    task: _Tried[Task] | None = None
    since_s: float = 0.0
    duration_s: float = 0.0


@dataclass(slots=True)
class _Tried(Generic[Task]):
    task: Task
    times: int = 0


@dataclass(slots=True)
class _Run(Generic[Task, Found]):
    tasks: Iterator[Task]
    work: Work[Found]
    jobs: int
    limit_s: Callable[[float], float]
    workers: list[_Worker[Task]] = field(default_factory=list)
    again: deque[_Tried[Task]] = field(default_factory=deque)
    false_starts: int = 0

    def results(self) -> Iterator[tuple[Task, Found | Lost]]:
        """See `side_by_side`."""
        following = self._next()
        while following or any(worker.task for worker in self.workers):
            while following and len(self.workers) < self.jobs:
                self.workers.append(_start(self.work))
            for worker in self.workers:
                if following and worker.ready and not worker.task:
                    _give(worker, following)
                    following = self._next()
            busy = [worker for worker in self.workers if worker.task or not worker.ready]
            for worker in self._changed(busy):
                yield from self._taken(worker)
                following = following or self._next()

    def _next(self) -> _Tried[Task] | None:
        for task in self.tasks:
            return _Tried(task)
        return self.again.popleft() if self.again else None

    def _changed(self, workers: list[_Worker[Task]]) -> list[_Worker[Task]]:
        """The workers that said something, died, or took too long; waits for the first."""
        ends_s = [worker.since_s + self.limit_s(worker.duration_s) for worker in workers if worker.task]
        patience_s = max(0.0, min(ends_s) - time.monotonic()) if ends_s else None
        handles: list[Any] = [handle for one in workers for handle in (one.line, one.process.sentinel)]
        spoke = set(map(id, wait(handles, patience_s)))
        return [
            worker
            for worker in workers
            if id(worker.line) in spoke or id(worker.process.sentinel) in spoke or self._is_late(worker)
        ]

    def _is_late(self, worker: _Worker[Task]) -> bool:
        return worker.task is not None and time.monotonic() - worker.since_s >= self.limit_s(worker.duration_s)

    def _taken(self, worker: _Worker[Task]) -> Iterator[tuple[Task, Found | Lost]]:
        """What a worker said; if it is gone or late, its task is tried again or given up."""
        try:
            while worker.line.poll():
                match worker.line.recv():
                    case "ready":
                        worker.ready, self.false_starts = True, 0
                    case "heard", float(duration_s):
                        worker.duration_s = duration_s
                    case "found", found:
                        task, worker.task = worker.task, None
                        if task:
                            yield task.task, found
        except (EOFError, OSError):
            yield from self._lost(worker, "died")
            return
        if self._is_late(worker):
            yield from self._lost(worker, "hung")
        elif not worker.process.is_alive():
            yield from self._lost(worker, "died")

    def _lost(self, worker: _Worker[Task], how: Literal["died", "hung"]) -> Iterator[tuple[Task, Found | Lost]]:
        self.workers.remove(worker)
        after_s = time.monotonic() - worker.since_s
        _end(worker, 0.0 if how == "hung" else END_S)
        why = _end_of(worker.process.exitcode) if how == "died" else f"after {after_s:.0f} s"
        task = worker.task
        if not worker.ready:
            self.false_starts += 1
            if self.false_starts >= FALSE_STARTS:
                raise WorkersError(
                    f"Processes of --jobs end as soon as they start ({why}). Use --jobs 1, or report it."
                )
        elif task and task.times < TRIES:
            self.again.append(task)
        elif task:
            yield task.task, Lost(how, why)


def side_by_side(
    tasks: Iterable[Task], work: Work[Found], jobs: int, limit_s: Callable[[float], float]
) -> Generator[tuple[Task, Found | Lost], None, None]:
    """Work tasks in processes of their own, and give each with its result as it ends.

    A task whose worker dies or hangs is begun once more, after all others.

    Args:
        tasks: picklable; taken as they are needed.
        work: picklable, and must not raise.
        jobs: how many processes.
        limit_s: how long a task may take, by the length of its recording as far as that is known.

    Raises:
        WorkersError: no process can be started.
    """
    run = _Run(iter(tasks), work, jobs, limit_s)
    patience_s = 0.0
    try:
        yield from run.results()
    except KeyboardInterrupt:
        patience_s = END_S  # the terminal sent it to the workers, too, which keep what they have
        raise
    finally:
        for worker in run.workers:
            worker.line.close()
        for worker in run.workers:
            _end(worker, patience_s if worker.task else END_S)


def _start(work: Work[Found]) -> _Worker[Any]:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs, work), name="worker")
    process.start()
    theirs.close()
    return _Worker(process, ours)


def _give(worker: _Worker[Task], task: _Tried[Task]) -> None:
    task.times += 1
    worker.task, worker.since_s, worker.duration_s = task, time.monotonic(), 0.0
    with suppress(OSError):  # it is gone, as will be seen
        worker.line.send(task.task)


def _end(worker: _Worker[Task], patience_s: float) -> None:
    if patience_s:
        worker.process.join(patience_s)
    worker.process.kill()
    worker.process.join()
    worker.line.close()


def _end_of(exit_code: int | None) -> str:
    if exit_code is not None and exit_code < 0:
        with suppress(ValueError):
            return signal.Signals(-exit_code).name
    return f"exit code {exit_code}"


def _serve(line: Connection, work: Work[Found]) -> None:
    """Work what comes, until nothing more does."""
    threading.Thread(target=_follow_parent, daemon=True).start()
    with suppress(EOFError, OSError, KeyboardInterrupt):
        line.send("ready")
        while True:
            task = line.recv()
            line.send(("found", work(task, progress=_Teller(line))))


def _follow_parent() -> None:
    """End with the run, however that ends: what it left is begun again, and must not be worked here meanwhile."""
    if parent := multiprocessing.parent_process():
        parent.join()
        os._exit(1)


class _Teller:
    """Tells the run how long a recording is, now and then."""

    def __init__(self, line: Connection) -> None:
        self._line = line
        self._told_s = -TOLD_EVERY_S

    def __call__(self, _heard_s: float, duration_s: float) -> None:
        if (now_s := time.monotonic()) - self._told_s >= TOLD_EVERY_S:
            self._told_s = now_s
            self._line.send(("heard", float(duration_s)))

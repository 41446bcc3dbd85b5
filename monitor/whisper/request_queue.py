"""Requests that wait for a worker of the Whisper process, and who is next."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from threading import Condition

from monitor.whisper.wire_format import Answer, Request, Urgency

LIVE_FOR_S = 30.0
"""So long after a request of a live call, one worker is kept free for its next."""

_arrivals = count()


@dataclass(eq=False)
class Work:
    """A request and who made it."""

    request: Request
    reply: Callable[[Answer], object]
    arrival: int = field(default_factory=_arrivals.__next__)
    loaded: bool = False
    """Whether the model has been loaded for it."""
    ticks: int = 0
    """How long it has been in progress since then, or has been waiting for the model."""

    @property
    def rank(self) -> tuple[int, int]:
        """What sorts first is next."""
        return self.request.urgency, self.arrival

    @property
    def waits_for_calls(self) -> bool:
        """Whether nobody waits for it."""
        return self.request.urgency >= Urgency.RECORDING


class RequestQueue:
    """Live calls come before recordings, and within each the oldest request is next.

    A call has no more than two requests at a time, so this is fair between calls. While calls are live, recordings and
    what is heard again leave one worker to them: what has begun can't be interrupted.

    Args:
        workers: how many there are.
        clock: gives seconds.
    """

    def __init__(self, workers: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._workers = workers
        self._clock = clock
        self._changed = Condition()
        self._waiting: list[Work] = []
        self._begun: set[Work] = set()
        self._live_s = -LIVE_FOR_S
        self._closed = False

    @property
    def begun(self) -> frozenset[Work]:
        """What is in progress."""
        with self._changed:
            return frozenset(self._begun)

    def put(self, work: Work) -> None:
        """Queue a request."""
        with self._changed:
            if not work.waits_for_calls:
                self._live_s = self._clock()
            self._waiting.append(work)
            self._changed.notify_all()

    def withdraw(self, reply: Callable[[Answer], object]) -> None:
        """Drop what has not begun of the program that is answered so."""
        with self._changed:
            self._waiting = [work for work in self._waiting if work.reply != reply]

    def begin(self) -> Work | None:
        """Wait for the next request; None when there are to be no more."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._next(), timeout=None)
            if self._closed or (work := self._next()) is None:
                return None
            self._waiting.remove(work)
            self._begun.add(work)
            return work

    def end(self, work: Work) -> None:
        """It is done."""
        with self._changed:
            self._begun.discard(work)
            self._changed.notify_all()

    def close(self) -> None:
        """Begin nothing more."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _next(self) -> Work | None:
        if not self._waiting:
            return None
        work = min(self._waiting, key=lambda work: work.rank)
        if work.waits_for_calls and self._clock() - self._live_s < LIVE_FOR_S:
            held = sum(other.waits_for_calls for other in self._begun)
            return work if held < self._workers - 1 else None
        return work

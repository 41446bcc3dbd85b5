"""What other threads ask of the one that runs the session."""

from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue

from monitor.base.errors import MonitorError


class SessionError(MonitorError):
    """What was asked of a session cannot be done; the message is a full sentence."""


class Asked:
    """Acts in the order they were asked for, done between two pieces of sound."""

    def __init__(self) -> None:
        self._acts: SimpleQueue[tuple[Future[None], Callable[[], None]]] = SimpleQueue()

    def put(self, act: Callable[[], None]) -> Future[None]:
        """Ask for an act; the answer tells when it is done, and raises what it raised."""
        answer: Future[None] = Future()
        self._acts.put((answer, act))
        return answer

    def obey(self) -> None:
        """Do all that was asked for since the last time."""
        while not self._acts.empty():
            answer, act = self._acts.get()
            try:
                act()
            except Exception as error:  # noqa: BLE001 - told to whoever asked
                answer.set_exception(error)
            else:
                answer.set_result(None)

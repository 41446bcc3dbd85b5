"""A program's line to the Whisper process: many requests at a time, and an end to a process that has hung."""

import os
import signal
from concurrent.futures import Future
from contextlib import suppress
from itertools import count
from multiprocessing.connection import Connection
from queue import SimpleQueue
from threading import Lock, Thread

import msgspec

from monitor.whisper.errors import LineLostError
from monitor.whisper.wire_format import LONGEST_BYTES, Answer, Request, decode, encode

TICK_S = 0.5
"""Between two pings. Time is counted in these, so a machine that slept causes no timeout."""
SILENT_S = 10.0
"""A process that has answered no ping for so long has hung, and is killed."""
SILENT_LOADING_S = 30.0
"""Loading libraries from a slow disk stops all threads of a process."""


class Line:
    """Asks the process; any number of threads may do so at the same time.

    Args:
        connection: to the process.
        pid: of the process.
    """

    def __init__(self, connection: Connection, pid: int) -> None:
        self.pid = pid
        self.retired = False
        """Whether the process said that it ends, and a new one is to be asked."""
        self._connection = connection
        self._outbox = SimpleQueue[Request | None]()
        self._changed = Lock()
        self._pending: dict[int, Future[Answer]] = {}
        self._numbers = count(1)
        self._over = False
        self._has_answered = False
        for work in (self._read, self._write):
            Thread(target=work, name="whisper line", daemon=True).start()

    @property
    def is_open(self) -> bool:
        """Whether the process is there."""
        return not self._over and not self.retired

    def ask(self, request: Request) -> Answer:
        """Send a request under a number of its own, and wait for the answer.

        Raises:
            LineLostError: the process ended before it answered.
        """
        answer = Future[Answer]()
        with self._changed:
            if self._over:
                raise LineLostError
            number = next(self._numbers)
            self._pending[number] = answer
        self._outbox.put(msgspec.structs.replace(request, number=number))
        return answer.result()

    def leave(self) -> None:
        """Need it no longer; the process drops what it has not begun."""
        self._outbox.put(Request(number=0, method="leave"))

    def _read(self) -> None:
        ticks = 0
        with suppress(EOFError, OSError, msgspec.DecodeError):
            while not self._hung(ticks):
                if self._connection.poll(TICK_S):
                    self._take(decode(self._connection.recv_bytes(LONGEST_BYTES), Answer))
                    ticks = 0
                else:
                    ticks = ticks + 1 if self._pending else 0
                    if ticks:
                        self._outbox.put(Request(number=0, method="ping"))
        self._end()

    def _hung(self, ticks: int) -> bool:
        """Whether the process gives no sign of life; it is killed then, for all programs that wait for it."""
        if ticks * TICK_S <= (SILENT_S if self._has_answered else SILENT_LOADING_S):
            return False
        kill(self.pid)
        return True

    def _write(self) -> None:
        """Send on a thread that may wait for ever: a process that hangs takes nothing."""
        while request := self._outbox.get():
            with suppress(OSError):  # the reader sees that the process is gone, and says so
                self._connection.send_bytes(encode(request))
        with suppress(OSError):
            self._connection.close()

    def _take(self, answer: Answer) -> None:
        if answer.kind == "bye":
            self.retired = True
        with self._changed:
            pending = self._pending.pop(answer.number, None)
        if pending:
            self._has_answered = True
            pending.set_result(answer)

    def _end(self) -> None:
        with self._changed:
            self._over = True
            lost = list(self._pending.values())
            self._pending.clear()
        self._outbox.put(None)
        for pending in lost:
            pending.set_exception(LineLostError())


def kill(pid: int) -> None:
    """End a process at once."""
    with suppress(OSError):
        os.kill(pid, getattr(signal, "SIGKILL", signal.SIGTERM))

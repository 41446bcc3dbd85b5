"""Prints a session's lines on a thread of its own, so that the sound never waits for their reader."""

from __future__ import annotations

import math
import os
import time
from collections import deque
from threading import Condition, Thread
from typing import TYPE_CHECKING

from monitor.base.fallback_characters import ERRORS
from monitor.base.terminal import printable
from monitor.call.text import dropped

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import TextIO

MOST_WAITING = 100
"""Lines, about five minutes of a call: older ones are no use by the time somebody reads again."""
JOIN_S = 0.2
RETRY_S = 0.05


class Printer:
    """Prints lines in order; `put` returns at once, even if nobody reads the output.

    Lines that nobody reads in time are dropped, oldest first, and one line in their place says how many. If the output
    fails, such as a pipe whose reader is gone, lines are lost until it works again, and `failure` says why.

    Args:
        write: prints one line and may take forever; raises OSError if the output fails.
        most_waiting: lines to keep for a late reader; None for all of them.
    """

    def __init__(self, write: Callable[[str], object], *, most_waiting: int | None = MOST_WAITING) -> None:
        self.failure: OSError | None = None
        """The first failure of the output, if there was one."""
        self._write = write
        self._most_waiting = most_waiting
        self._changed = Condition()
        self._lines: deque[tuple[str, Callable[[], object] | None]] = deque()
        self._dropped = 0
        self._closed = False
        # A daemon: the program must be able to end while the thread is stuck in an output that nobody reads.
        self._thread = Thread(target=self._run, name="printer", daemon=True)
        self._thread.start()

    def put(self, line: str, printed: Callable[[], object] | None = None) -> None:
        """Print a line as soon as those before it are printed, and then call `printed`."""
        with self._changed:
            if len(self._lines) == self._most_waiting:
                self._lines.popleft()
                self._dropped += 1
            self._lines.append((line, printed))
            self._changed.notify()

    def close(self, last: Sequence[str] = (), within_s: float = math.inf) -> None:
        """Print what waits and then all of `last`; return when it has been read. Ctrl-C gives up the rest.

        Args:
            last: lines, none of which is dropped.
            within_s: the longest wait for the reader.
        """
        with self._changed:
            self._lines.extend((line, None) for line in last)
            self._closed = True
            self._changed.notify()
        until_s = time.monotonic() + within_s
        while self._thread.is_alive() and time.monotonic() < until_s:
            self._thread.join(JOIN_S)  # on Windows, Ctrl-C does not interrupt a join without a timeout

    def _run(self) -> None:
        while (waiting := self._next()) is not None:
            line, printed = waiting
            try:
                self._write(line)
            except OSError as error:
                self.failure = self.failure or error
            else:
                if printed:
                    printed()

    def _next(self) -> tuple[str, Callable[[], object] | None] | None:
        """Wait for the next line; None when all are printed."""
        with self._changed:
            self._changed.wait_for(lambda: self._lines or self._closed)
            if count := self._dropped:
                self._dropped = 0
                return dropped(count), None
            return self._lines.popleft() if self._lines else None


def unbuffered(stream: TextIO | None) -> Callable[[str], None]:
    """A function that prints one line on a stream, if there is one, without using its buffer or its lock.

    A thread that is stuck in `stream.write` keeps the lock, and Python would wait for it when the program ends.
    """
    if stream is None:  # as Python has it for a standard output that was closed from the start
        return lambda _: None
    try:
        output = open(stream.fileno(), "wb", buffering=0, closefd=False)  # noqa: SIM115 - as long as the stream
    except OSError:  # such as a test's stream, which is no file

        def write_to_stream(line: str) -> None:
            stream.write(f"{printable(line)}\n")

        return write_to_stream
    stream.flush()
    encoding = stream.encoding

    def write(line: str) -> None:
        rest = f"{printable(line)}{os.linesep}".encode(encoding, ERRORS)
        while rest:
            written = output.write(rest)
            if written is None:  # another program made the output non-blocking, and it is full
                time.sleep(RETRY_S)
            else:
                rest = rest[written:]

    return write

"""How a program is asked to end from outside: Ctrl-C, SIGTERM, SIGHUP, or a console window that is closed."""

import signal
import sys
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from queue import SimpleQueue
from types import FrameType, TracebackType
from typing import Self

from monitor.base import windows_console

NAMES = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
"""The signals that ask a program to end; Windows and the others know three of them each."""
_BY_KEY = frozenset({"SIGINT", "SIGBREAK"})
"""Those that a key sends: somebody is there."""


class EndSignals(AbstractContextManager["EndSignals"]):
    """While open, answers the signals that ask the program to end with a call, and raises nothing anywhere.

    An exception from a handler is lost where a destructor is interrupted, and it can come while a file is half written;
    a handler that sets an event can wait for a lock that the interrupted code holds. So the handler only puts the
    signal into a queue, which is safe anywhere, and another thread does the rest. A signal that was ignored from the
    start, as `nohup` does it, stays ignored. One of these inside another calls both.

    Args:
        act: called on a thread of its own for every signal; must return soon.
    """

    def __init__(self, act: Callable[[], object]) -> None:
        self.unattended = False
        """Whether the login or the terminal is going away, so that nobody reads what is printed from now on."""
        self._act = act
        self._signals: SimpleQueue[str | None] = SimpleQueue()
        self._outer: dict[str, EndSignals] = {}
        """What answered the same signals before."""
        self._exit = ExitStack()
        self._thread = threading.Thread(target=self._run, name="end signals", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self._exit.callback(self._thread.join)
        self._exit.callback(self._signals.put, None)
        if threading.current_thread() is threading.main_thread():  # no other may set handlers
            for name in NAMES:
                self._install(name)
            if sys.platform == "win32":
                self._exit.enter_context(windows_console.closing(lambda: self._take("SIGTERM")))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._exit.close()

    def _install(self, name: str) -> None:
        number = getattr(signal, name, None)
        if number is None or (before := signal.getsignal(number)) == signal.SIG_IGN:
            return
        if isinstance(answer := getattr(before, "__self__", None), EndSignals):
            self._outer[name] = answer
        self._exit.callback(signal.signal, number, signal.SIG_DFL if before is None else before)
        signal.signal(number, self._handle)

    def _handle(self, number: int, _frame: FrameType | None) -> None:
        self._take(signal.Signals(number).name)

    def _take(self, name: str) -> None:
        self._signals.put(name)
        if outer := self._outer.get(name):
            outer._take(name)  # noqa: SLF001 - of the same class

    def _run(self) -> None:
        while name := self._signals.get():
            self.unattended |= name not in _BY_KEY
            self._act()

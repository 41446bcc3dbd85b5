"""The console of Windows closes: simulated, as no other system has one."""

import ctypes
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Thread

import pytest

from monitor.base import windows_console
from monitor.base.end_signals import EndSignals

CTRL_C, CLOSE, LOG_OFF, SHUT_DOWN = 0, 2, 5, 6
WITHIN_S = 30.0

Handler = Callable[[int], int]


@dataclass
class Console:
    """The part of Windows that knows who wants to be asked; the newest is asked first."""

    handlers: list[Handler] = field(default_factory=list)

    def SetConsoleCtrlHandler(self, handler: Handler, add: bool) -> int:  # noqa: FBT001, N802 - as Windows has it
        if add:
            self.handlers.append(handler)
        else:
            self.handlers.remove(handler)
        return 1

    def send(self, kind: int) -> bool:
        """Ask the handlers on another thread until one of them has dealt with it; whether one has."""
        answers: list[bool] = []
        thread = Thread(target=lambda: answers.append(any(handler(kind) for handler in reversed(self.handlers))))
        thread.start()
        thread.join(WITHIN_S)
        (answer,) = answers
        return answer


@pytest.fixture
def console(monkeypatch: pytest.MonkeyPatch) -> Console:
    console = Console()
    monkeypatch.setattr(ctypes, "WINFUNCTYPE", lambda *_: lambda handler: handler, raising=False)
    monkeypatch.setattr(ctypes, "WinDLL", lambda *_, **__: console, raising=False)
    monkeypatch.setattr(windows_console, "END_WITHIN_S", 0.01)
    return console


@pytest.mark.parametrize("kind", [CLOSE, LOG_OFF, SHUT_DOWN])
def test_a_console_that_closes_ends_the_program_as_a_signal_does(
    console: Console, monkeypatch: pytest.MonkeyPatch, kind: int
) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    asked: list[str] = []
    with EndSignals(lambda: asked.append("outer")) as outer, EndSignals(lambda: asked.append("inner")) as inner:
        assert console.send(kind)
    assert sorted(asked) == ["inner", "outer"]
    assert outer.unattended
    assert inner.unattended
    assert console.handlers == []


def test_a_key_is_left_to_the_signal_that_python_makes_of_it(console: Console) -> None:
    asked: list[bool] = []
    with windows_console.closing(lambda: asked.append(True)):
        assert not console.send(CTRL_C)
    assert asked == []


def test_the_end_is_held_up_until_the_main_thread_is_over(console: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    main = Thread(target=lambda: None)
    monkeypatch.setattr(windows_console.threading, "main_thread", lambda: main)
    with windows_console.closing(main.start):
        assert console.send(CLOSE)
    assert not main.is_alive()

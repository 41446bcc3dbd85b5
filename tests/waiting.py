"""Waits for what another thread, program or screen does: until it is so, and never without a word."""

import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread
from types import TracebackType
from typing import Any, Self

import pytest
from textual.pilot import Pilot

WITHIN_S = 60.0
"""Far more than anything here takes, so that a busy machine alone fails no test."""
EVERY_S = 0.01


def until(
    true: Callable[[], bool], what: str, *, within_s: float = WITHIN_S, of: "subprocess.Popen[str] | None" = None
) -> None:
    """Wait until something is true; fail the test with what did not happen if it is not in time.

    Args:
        true: asked again and again.
        what: is waited for, as a clause: "the disk has failed".
        within_s: the longest wait.
        of: a program that has to do it; if it ends before, there is nothing to wait for.
    """
    deadline_s = time.monotonic() + within_s
    while not true():
        ended = of is not None and of.poll() is not None
        if ended and not true():
            pytest.fail(f"The program ended with {of.returncode} before {what}.\n{_printed(of)}")  # type: ignore[union-attr]
        if time.monotonic() > deadline_s:
            pytest.fail(f"After {within_s:g} seconds it still is not so that {what}.")
        time.sleep(EVERY_S)


async def until_on(pilot: Pilot[Any], true: Callable[[], bool], what: str, *, within_s: float = WITHIN_S) -> None:
    """The same for what a screen does, which goes on meanwhile."""
    deadline_s = time.monotonic() + within_s
    while not true():
        if time.monotonic() > deadline_s:
            pytest.fail(f"After {within_s:g} seconds it still is not so that {what}.")
        await pilot.pause(EVERY_S)


def _printed(process: "subprocess.Popen[str]") -> str:
    """What it wrote to the pipe of its errors, if it has one."""
    return str(process.stderr.read()) if process.stderr else ""


def kept_bytes(calls: Path) -> int:
    """How much sound the largest call has on the disk, while it is written."""
    return max((path.stat().st_size for path in calls.glob("*/*/audio.wav")), default=0)


class Lateness:
    """How late this machine lets a thread run; what is timed on it can be no better than that."""

    def __init__(self) -> None:
        self.worst_s = 0.0
        self._over = Event()
        self._thread = Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.is_set():
            due_s = time.monotonic() + EVERY_S
            time.sleep(EVERY_S)
            self.worst_s = max(self.worst_s, time.monotonic() - due_s)

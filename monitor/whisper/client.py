"""What a program asks of the Whisper process of this machine, which it starts if there is none."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from threading import Lock, Thread
from typing import Any

import msgspec

from audio.words.model import ModelError
from monitor.whisper.address import connect, written
from monitor.whisper.errors import LineLostError, WordsLateError
from monitor.whisper.line import Line, kill
from monitor.whisper.run_folder import files, run_folder
from monitor.whisper.wire_format import METHODS, Request

BACK_OFF_S = (0.0, 1.0, 3.0, 10.0)
"""Wait before a process is started again, by how many were lost within an hour; after as many, none is started."""
HOUR_S = 3600.0
START_S = 60.0
"""How long a process may take until it can be reached."""
LOOK_S = 0.02
"""Between two tries to reach it."""
FALSE_STARTS = 3
"""Processes that may fail to start, one after the other."""
TRIES = 2
"""A sound that takes the process down each time is given up."""


class Client:
    """Asks the process for all calls of this program; any number of threads may use it.

    What was not answered when the process ended is asked once more. The wait before each restart grows.

    Args:
        folder: where the process is found.
        clock: gives seconds.
        sleep: waits so many seconds.
    """

    def __init__(
        self,
        folder: Callable[[], Path] = run_folder,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        self.restarting = False
        """Whether the process is gone, and the next one has not answered yet."""
        self.folder = folder
        self._clock = clock
        self._sleep = sleep
        self._connecting = Lock()
        self._line: Line | None = None
        self._lost_s: list[float] = []

    @property
    def pid(self) -> int | None:
        """Of the process, if this program is connected to one."""
        return self._line.pid if self._line and self._line.is_open else None

    def ask(self, request: Request) -> Any:  # noqa: ANN401 - `METHODS` says what comes back
        """Ask the process, and wait for the result.

        Raises:
            ModelError: the model can't be used, or the process keeps ending.
            WordsLateError: these words are lost.
            RuntimeError: the model failed at this sound.
        """
        tries = 0
        while tries < TRIES:
            line = self._reached()
            try:
                answer = line.ask(request)
            except LineLostError:
                tries += not line.retired
                self.restarting |= not line.retired
                continue
            match answer.kind:
                case "model":
                    self.restarting = False
                    raise ModelError(answer.why)
                case "failed":
                    self.restarting = False
                    raise RuntimeError(f"Whisper failed with a {answer.why}.")
                case "late":
                    self.restarting = True
                    raise WordsLateError("Whisper timed out; the words are lost.")
            self.restarting = False
            return msgspec.msgpack.decode(answer.content, type=METHODS[request.method])
        raise WordsLateError("Whisper crashed twice at the same words; the words are lost.")

    def leave(self) -> None:
        """Need the process no longer."""
        with self._connecting:
            if self._line:
                self._line.leave()
            self._line = None

    def _reached(self) -> Line:
        with self._connecting:
            if self._line and self._line.is_open:
                return self._line
            if self._line and not self._line.retired:
                self.restarting = True
                self._lost_s.append(self._clock())
            self._line = None
            lost = sum(self._clock() - at_s < HOUR_S for at_s in self._lost_s)
            if lost >= len(BACK_OFF_S):
                raise ModelError(
                    "Whisper keeps crashing or timing out. Run tone-monitor doctor, or choose a smaller model."
                )
            self._sleep(BACK_OFF_S[lost])
            self._line = reach_or_start(self.folder())
            return self._line


@cache
def client() -> Client:
    """The one of this program."""
    return Client()


def reach_or_start(folder: Path) -> Line:
    """Connect to the process that serves in this folder; start one if none does.

    Raises:
        ModelError: none can be started.
    """
    own, started, false_starts = files(folder), None, 0
    for _ in range(round(START_S / LOOK_S)):
        if address := written(own):
            try:
                if connection := connect(address):
                    return Line(connection, address.pid)
            except TimeoutError:
                kill(address.pid)
        if started and started.poll():
            started, false_starts = None, false_starts + 1
        if false_starts == FALSE_STARTS:
            break
        if started is None or started.poll() is not None:
            started = _start(folder)
        time.sleep(LOOK_S)
    raise ModelError("Whisper can't be started in a process of its own. Run tone-monitor doctor, or report it.")


def _start(folder: Path) -> subprocess.Popen[bytes]:
    """Start a process that neither the terminal's keys nor the end of this program reach."""
    package_parent = str(Path(__file__).parents[2])  # a checkout may not be installed
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(filter(None, (package_parent, os.environ.get("PYTHONPATH")))),
    }
    # Without -P, Python would import from the current folder before anywhere else.
    process = subprocess.Popen(  # noqa: S603 - our own words
        [sys.executable, "-P", "-m", "monitor.whisper.process", str(folder)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=folder,
        env=environment,
        start_new_session=True,
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0) | getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
    )
    Thread(target=process.wait, name="whisper process", daemon=True).start()
    return process

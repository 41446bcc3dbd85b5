"""Programs on a terminal of their own, and what they write to it."""

import contextlib
import os
import pty
import signal
import subprocess
import termios
import time
from dataclasses import dataclass, field
from threading import Thread

ASKS_FOR_SYNC = b"\x1b[?2026$p"
HAS_SYNC = b"\x1b[?2026;2$y"
"""Modern terminals can be told where a redraw begins and ends, and say so when asked."""
REDRAW = b"\x1b[?2026h"


@dataclass(frozen=True, slots=True)
class Written:
    """Something a program wrote, and when, on the monotonic clock."""

    at_s: float
    text: bytes


@dataclass(eq=False)
class Screen:
    """A program on a terminal, whose writing is kept."""

    process: subprocess.Popen[bytes]
    terminal: int
    written: list[Written] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Begin to read."""
        self._reader = Thread(target=self._read, name="terminal", daemon=True)
        self._reader.start()

    def end(self) -> None:
        """End the program as Ctrl-C does, and wait for it."""
        self.process.send_signal(signal.SIGINT)
        self.process.wait()
        self._reader.join()
        os.close(self.terminal)

    def _read(self) -> None:
        with contextlib.suppress(OSError):  # the program has ended
            while text := os.read(self.terminal, 65536):
                self.written.append(Written(time.monotonic(), text))
                if ASKS_FOR_SYNC in text:
                    os.write(self.terminal, HAS_SYNC)


def open_screen(command: list[str], width: int = 80, height: int = 24) -> Screen:
    """Run a command on a terminal of a size."""
    return Screen(*in_terminal(command, width, height))


def in_terminal(command: list[str], width: int = 80, height: int = 24) -> tuple[subprocess.Popen[bytes], int]:
    """Run a command on a terminal of a size; return it and our end of the terminal."""
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (height, width))
    process = subprocess.Popen(
        command, stdin=theirs, stdout=theirs, stderr=theirs, env=os.environ | {"TERM": "xterm-256color"}
    )
    os.close(theirs)
    return process, ours


def drain(process: subprocess.Popen[bytes], terminal: int) -> bytes:
    """Read what a program still writes, until it ends."""
    text = b""
    with contextlib.suppress(OSError):
        while piece := os.read(terminal, 65536):
            text += piece
    process.wait()
    os.close(terminal)
    return text

"""A program on a terminal of its own, which can be closed like a window."""

import os
import select
import struct
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from threading import Event, Thread
from types import TracebackType
from typing import Self

PATIENCE_S = 60.0
ENTERED, LEFT = b"\x1b[?1049h", b"\x1b[?1049l"
"""What makes a terminal show a screen of its own, and what it showed before."""
BEGIN = "import fcntl, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0)\n"
"""Makes the terminal the one whose end is told to the program."""


class ProgramOnTerminal:
    """A Python program on a terminal, 80 columns by 24 rows; it is killed at the end.

    Args:
        code: of the program.
        arguments: as `sys.argv` has them, behind the first.
        folder: for what lasts as long as a login.
        pass_fds: files that it gets, too.
    """

    def __init__(self, code: str, arguments: Sequence[str | Path], folder: Path, pass_fds: Sequence[int] = ()) -> None:
        import fcntl  # noqa: PLC0415 - Windows has none of these three
        import pty  # noqa: PLC0415
        import termios  # noqa: PLC0415

        self.printed = bytearray()
        self._ours, self._theirs = pty.openpty()
        fcntl.ioctl(self._theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        self.process = subprocess.Popen(
            [sys.executable, "-c", BEGIN + code, *map(str, arguments)],
            stdin=self._theirs,
            stdout=self._theirs,
            stderr=self._theirs,
            env=os.environ | {"XDG_RUNTIME_DIR": str(folder), "TERM": "xterm-256color"},
            pass_fds=pass_fds,
            start_new_session=True,
        )
        self._closed = Event()
        self._thread = Thread(target=self._read, daemon=True)
        self._thread.start()

    @property
    def on_screen(self) -> bool:
        """Whether it shows, or has shown, a screen of its own."""
        return ENTERED in self.printed

    @property
    def restored(self) -> bool:
        """Whether it has left its screen, and the terminal shows again what is typed."""
        import termios  # noqa: PLC0415 - Windows has none

        echoes = bool(termios.tcgetattr(self._theirs)[3] & termios.ECHO)
        until_s = time.monotonic() + PATIENCE_S
        while self.printed.count(LEFT) < self.printed.count(ENTERED) and time.monotonic() < until_s:
            time.sleep(0.01)  # it may still be on its way
        return echoes and self.printed.count(LEFT) == self.printed.count(ENTERED)

    def close(self) -> None:
        """The window is closed, with the program still in it."""
        if not self._closed.is_set():
            self._closed.set()
            self._thread.join()
            os.close(self._ours)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.kill()
        self.process.wait()
        self.close()
        os.close(self._theirs)

    def _read(self) -> None:
        while not self._closed.is_set():
            if select.select([self._ours], [], [], 0.02)[0]:
                self.printed += os.read(self._ours, 65_536)

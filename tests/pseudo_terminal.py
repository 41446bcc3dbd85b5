"""A program on a terminal of its own, as its user has it: keys go in, what is shown comes out, and it can go away."""

import fcntl
import os
import re
import select
import struct
import subprocess
import sys
import termios
from collections.abc import Mapping, Sequence
from contextlib import suppress
from threading import Thread
from types import TracebackType
from typing import Self

from tests.waiting import until

_STEERING = re.compile(rb"\x1b\[[0-9;:?<>=$]*[a-zA-Z]|\x1b[=>78]")
CONTROLLING = (
    "import os,sys,fcntl,termios; os.setsid(); fcntl.ioctl(0,termios.TIOCSCTTY,0); os.execv(sys.argv[1],sys.argv[1:])"
)
"""Makes the terminal the one that controls the program: it is sent SIGHUP when the terminal is closed."""


def _asked(descriptor: int, request: int, answer: bytearray) -> bytearray:
    fcntl.ioctl(descriptor, request, answer)
    return answer


class Terminal:
    """Runs `tone-monitor` on a pseudo-terminal until the context ends.

    Args:
        arguments: of the command.
        environment: variables beyond those of the test.
        size: columns and rows.
        program: Python code to run instead of the command line.
        controlling: whether closing the terminal sends SIGHUP.
        pass_fds: files that it gets, too.
    """

    def __init__(
        self,
        *arguments: str,
        environment: Mapping[str, str] | None = None,
        size: tuple[int, int] = (80, 24),
        program: str = "",
        controlling: bool = True,
        pass_fds: Sequence[int] = (),
    ) -> None:
        self._master, slave = os.openpty()
        columns, rows = size
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.attributes = termios.tcgetattr(slave)
        command: Sequence[str] = [sys.executable, *(["-c", program] if program else ["-m", "monitor"]), *arguments]
        if controlling:
            command = [sys.executable, "-c", CONTROLLING, *command]
        variables = os.environ | {"TERM": "xterm-256color"} | (environment or {})
        self.process = subprocess.Popen(
            command,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=variables,
            start_new_session=not controlling,
            pass_fds=pass_fds,
        )
        self._slave = slave
        self._output = b""
        self._open = True
        self._reader = Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def output(self) -> bytes:
        """All bytes that it has written."""
        return self._output

    @property
    def shown(self) -> str:
        """All text that it has written, without what steers the terminal."""
        return _STEERING.sub(b"", self._output).decode("utf-8", "replace")

    def send(self, keys: bytes) -> None:
        """Press keys, or send anything else, and wait until they have been read."""
        os.write(self._master, keys)
        waiting = bytearray(4)
        until(
            lambda: self.process.poll() is not None or not any(_asked(self._slave, termios.FIONREAD, waiting)),
            "the keys are read",
        )

    def until_shown(self, text: str, *, after: int = 0) -> int:
        """Wait until a text is shown; give how much text there is then.

        Args:
            text: waited for.
            after: how much of the text to leave out, as this has given it before.
        """
        try:
            until(lambda: text in self.shown[after:], f"“{text}” is shown", of=self.process)  # type: ignore[arg-type]
        except BaseException as error:
            error.add_note(self.shown[-3000:])
            raise
        return len(self.shown)

    def give_time(self) -> None:
        """Give it time to end."""
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(5)

    def wait(self) -> int:
        """Wait for its end; give its exit code."""
        code = self.process.wait(90)
        self._reader.join(0.5)
        return code

    def close(self) -> None:
        """Take the terminal away."""
        if self._open:
            self._open = False
            self._reader.join()
            os.close(self._slave)
            os.close(self._master)

    def restored(self) -> bool:
        """Whether the terminal is as it was before the program."""
        return termios.tcgetattr(self._slave) == self.attributes and (
            self._output.rfind(b"\x1b[?1049l") >= self._output.rfind(b"\x1b[?1049h")
        )

    def _read(self) -> None:
        while self._open:
            if select.select([self._master], [], [], 0.05)[0]:
                with suppress(OSError):
                    self._output += os.read(self._master, 65536)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """End the program, whatever it is doing."""
        self.process.kill()
        self.process.wait()
        self.close()

"""Textual's driver for Linux and macOS, for terminals that send anything, and for those that go away."""

import os
import selectors
import sys
from contextlib import suppress
from typing import Any, Final

from textual import events
from textual.app import App
from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message

from monitor.base.keyboard import Keyboard

POLL_S: Final = 0.1
LARGEST: Final = 1000
"""Cells and rows; a terminal that claims more has sent noise."""
_READ_BYTES: Final = 4096


class TerminalGone(Message):
    """Nobody can see the screen or press a key any more."""


class Output:
    """The terminal's output, into which writing never fails: a terminal that is gone shows nothing."""

    def __init__(self) -> None:
        self._file = sys.__stderr__

    def write(self, text: str) -> None:
        """Write as much as the terminal takes."""
        with suppress(OSError, ValueError):
            self._file.write(text)  # type: ignore[union-attr]  # a program without stderr has no screen

    def flush(self) -> None:
        """Write what waits."""
        with suppress(OSError, ValueError):
            self._file.flush()  # type: ignore[union-attr]

    def fileno(self) -> int:
        """The file descriptor of the terminal."""
        return self._file.fileno()  # type: ignore[union-attr]


class TerminalDriver(LinuxDriver):
    """Reads keys for as long as the screen is open, whatever the terminal sends.

    When the terminal is gone, it tells the app. Where the input is no terminal and at its end, the screen continues
    without keys.
    """

    def __init__(self, app: App[Any], **options: Any) -> None:  # noqa: ANN401 - passes on what Textual gives
        super().__init__(app, **options)
        self._file: Any = Output()

    def run_input_thread(self) -> None:
        """Read and pass on what the terminal sends, until the screen closes or the input ends."""
        keyboard = Keyboard(getattr(sys.__stdin__, "encoding", None) or "utf-8", debug=self._debug)
        with selectors.SelectSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            while not self.exit_event.is_set():
                ready = selector.select(POLL_S)
                sent = self._read() if ready else None
                for message in keyboard.tick() if sent is None else keyboard.feed(sent):
                    self.process_message(message)
                if sent == b"":
                    break
        if self.input_tty and not self.exit_event.is_set():
            self.send_message(TerminalGone())

    def process_message(self, message: Message) -> None:
        """Pass on a message, but for a size that no terminal has."""
        if isinstance(message, events.Resize) and not all(0 < cells <= LARGEST for cells in message.size):
            return
        super().process_message(message)

    def _get_terminal_size(self) -> tuple[int, int]:
        # Textual takes two different sizes where a terminal gives none, and draws without end for the difference.
        return self._app.console.size

    def _read(self) -> bytes:
        """Read what has been sent; nothing if the input is at its end."""
        try:
            return os.read(self.fileno, _READ_BYTES)
        except OSError:
            return b""

"""The base of all our screens: it leaves the terminal as it was, and nothing that was said, even when it fails."""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar

from textual.app import App
from textual.message import Message

from monitor.base.end_signals import EndSignals
from monitor.base.errors import ScreenError
from monitor.base.failures import place

if TYPE_CHECKING:
    from textual.driver import Driver

Result = TypeVar("Result")


class DiscreetApp(App[Result]):
    """A screen whose failure shows where it failed, and no values, as these may hold words of a call.

    Ctrl-C, SIGTERM, SIGHUP and a console window that is closed end it in order, with the terminal as it was before.
    """

    class EndSignal(Message):
        """The program is asked to end."""

    _end_asked = False

    def __init__(self) -> None:
        super().__init__()
        self.failed_in = ""
        """The kind and the place of its first failure; empty if it has not failed."""
        self.terminal_gone = False

    def present(self) -> Result | None:
        """Show the screen until it closes; give what it returns. The terminal is then as it was before.

        Raises:
            ScreenError: it failed.
        """
        try:
            result = self.run(mouse=False)
        except Exception as error:
            self._note(error)
            raise ScreenError(self.failed_in) from error
        if self.failed_in:
            raise ScreenError(self.failed_in) from self._exception
        return result

    def run(self, *arguments: Any, **options: Any) -> Result | None:  # noqa: ANN401 - as Textual has them
        """Run it, as Textual does."""
        with EndSignals(self._ask_to_end):
            return super().run(*arguments, **options)

    def leave(self) -> None:
        """Leave the screen because the program is asked to end."""
        self.exit()

    def on_discreet_app_end_signal(self) -> None:
        """Leave the screen."""
        self.leave()

    def on_ready(self) -> None:
        """Leave the screen if that was asked before there was one."""
        if self._end_asked:
            self.leave()

    def get_driver_class(self) -> type[Driver]:
        """Take the driver that no terminal makes fail; Windows gives characters instead of bytes, and needs none."""
        if sys.platform == "win32":
            return super().get_driver_class()
        from monitor.base.terminal_driver import TerminalDriver  # only POSIX has it

        return TerminalDriver

    def on_terminal_gone(self) -> None:
        """Close, as there is nobody left to see it."""
        self.terminal_gone = True
        self.exit()

    def _ask_to_end(self) -> None:
        self._end_asked = True
        with suppress(RuntimeError, LookupError):  # there is no loop yet, or none any more
            self.post_message(self.EndSignal())

    def panic(self, *renderables: object) -> None:  # noqa: ARG002 - they may show words
        """Close without a word; `present` says why."""
        self.failed_in = self.failed_in or "Textual"
        self._close_messages_no_wait()

    def _handle_exception(self, error: Exception) -> None:
        self._note(error)
        super()._handle_exception(error)

    def _fatal_error(self) -> None:
        # Textual would print the values of local variables.
        self._close_messages_no_wait()

    def _note(self, error: Exception) -> None:
        self.failed_in = self.failed_in or place(error)

"""The base of all our screens: a Textual app that says in one sentence that it failed, and nothing that was said."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, TypeVar

from textual.app import App

from monitor.base.errors import ScreenError
from monitor.base.failures import place

if TYPE_CHECKING:
    from textual.driver import Driver

Result = TypeVar("Result")


class DiscreetApp(App[Result]):
    """A screen whose failure shows where it failed, and no values, as these may hold words of a call."""

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

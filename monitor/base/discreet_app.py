"""The base of all our screens: a Textual app that reveals nothing that was said when it fails."""

from typing import TypeVar

from rich.segment import Segments
from textual.app import App

Result = TypeVar("Result")


class DiscreetApp(App[Result]):
    """A program whose failures show where it failed, and no values."""

    def _fatal_error(self) -> None:
        # Textual would print the values of local variables, which may hold words of the call.
        from rich.traceback import Traceback  # brings a highlighter that a screen does not need

        self._exit_renderables.append(Segments(self.console.render(Traceback(), self.console.options)))
        self._close_messages_no_wait()

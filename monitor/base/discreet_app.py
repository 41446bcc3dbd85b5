"""The base of all our screens: it reveals nothing that was said when it fails, and leaves the terminal as it was."""

from contextlib import suppress
from typing import Any, TypeVar

from rich.segment import Segments
from textual.app import App
from textual.message import Message

from monitor.base.end_signals import EndSignals

Result = TypeVar("Result")


class DiscreetApp(App[Result]):
    """A program whose failures show where it failed, and no values.

    Ctrl-C, SIGTERM, SIGHUP and a console window that is closed end it in order, with the terminal as it was before.
    """

    class EndSignal(Message):
        """The program is asked to end."""

    _end_asked = False

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

    def _ask_to_end(self) -> None:
        self._end_asked = True
        with suppress(RuntimeError, LookupError):  # there is no loop yet, or none any more
            self.post_message(self.EndSignal())

    def _fatal_error(self) -> None:
        # Textual would print the values of local variables, which may hold words of the call.
        from rich.traceback import Traceback  # brings a highlighter that a screen does not need

        self._exit_renderables.append(Segments(self.console.render(Traceback(), self.console.options)))
        self._close_messages_no_wait()

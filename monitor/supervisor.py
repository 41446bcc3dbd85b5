"""The supervisor's program: the list of calls, and the replay of the one that was chosen."""

from __future__ import annotations

from rich.segment import Segments
from textual.app import App

from monitor.catalogue.asking import Filter, Order
from monitor.catalogue.opening import Catalogue
from monitor.screens.calls import CallsScreen


class SupervisorApp(App[None]):
    """Shows kept calls.

    Args:
        catalogue: that lists them.
        wanted: which are shown at first.
        order: in which order.
    """

    CSS_PATH = "supervisor.tcss"
    TITLE = "Tone Monitor"
    ENABLE_COMMAND_PALETTE = False

    def __init__(self, catalogue: Catalogue, wanted: Filter, order: Order) -> None:
        super().__init__()
        self._list = CallsScreen(catalogue, wanted, order)

    def get_default_screen(self) -> CallsScreen:
        """Start on the list."""
        return self._list

    def _fatal_error(self) -> None:
        # Textual would print the values of local variables, and with them words of the call.
        from rich.traceback import Traceback  # noqa: PLC0415 - brings a highlighter that a screen does not need

        self._exit_renderables.append(Segments(self.console.render(Traceback(), self.console.options)))
        self._close_messages_no_wait()

"""The supervisor's program: the list of calls, and the replay of the chosen one."""

from __future__ import annotations

from monitor.base.discreet_app import DiscreetApp
from monitor.catalogue.catalogue import Catalogue
from monitor.catalogue.query import Filter, Order
from monitor.supervisor.calls_screen import CallsScreen


class SupervisorApp(DiscreetApp[None]):
    """Shows saved calls.

    Args:
        catalogue: their index.
        wanted: the filter to start with.
        order: the order to start with.
        signer: name on reviews; the login name if empty.
    """

    CSS_PATH = "supervisor.tcss"
    TITLE = "Tone Monitor"
    ENABLE_COMMAND_PALETTE = False

    def __init__(self, catalogue: Catalogue, wanted: Filter, order: Order, signer: str = "") -> None:
        super().__init__()
        self._list = CallsScreen(catalogue, wanted, order, signer)

    def get_default_screen(self) -> CallsScreen:
        """Start on the list."""
        return self._list

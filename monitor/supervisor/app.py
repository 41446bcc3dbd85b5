"""The supervisor's program: the list of calls, and the replay of the chosen one."""

from __future__ import annotations

from pathlib import Path

from monitor.access.visit import Visitor
from monitor.base.discreet_app import DiscreetApp
from monitor.catalogue.catalogue import Catalogue
from monitor.catalogue.filter_line import FilterLine
from monitor.catalogue.query import Order
from monitor.supervisor.calls_screen import CallsScreen
from monitor.supervisor.visits import Visits


class SupervisorApp(DiscreetApp[None]):
    """Shows saved calls.

    Args:
        catalogue: their index.
        start: the filter to start with.
        order: the order to start with.
        signer: name on reviews; the login name if empty.
        rule_files: a team's rules, which a filter may name.
    """

    CSS_PATH = "supervisor.tcss"
    TITLE = "Tone Monitor"
    ENABLE_COMMAND_PALETTE = False

    def __init__(
        self,
        catalogue: Catalogue,
        start: FilterLine,
        order: Order,
        signer: str = "",
        rule_files: tuple[Path, ...] = (),
    ) -> None:
        super().__init__()
        self._list = CallsScreen(catalogue, start, order, signer, rule_files)

    def sign_accesses(self, visitor: Visitor) -> None:
        """Note in calls of others what is done with them here, as done by the visitor."""
        self._list.visits = Visits(visitor)

    def get_default_screen(self) -> CallsScreen:
        """Start on the list."""
        return self._list

"""The agent's screen: the card on top, below it what the ear measured, always in the same places."""

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import Screen

from monitor.base.lines import Lines
from monitor.view import AgentView
from monitor.widgets.card import PromptCard
from monitor.widgets.gauges import Gauges
from monitor.widgets.keys import Help, Keys
from monitor.widgets.status import Status
from monitor.widgets.traces import Traces
from monitor.widgets.words import Words


class AgentScreen(Screen[None]):
    """Everything the agent sees during a call; agent.tcss says what small terminals leave out."""

    VERTICAL_BREAKPOINTS = [(0, "-docked"), (11, "-low"), (13, "-middle"), (23, "-tall")]  # noqa: RUF012  # by Textual

    def compose(self) -> ComposeResult:
        """Stack the widgets."""
        with Vertical(id="page"):
            yield Status()
            yield PromptCard()
            yield Gauges()
            yield Traces()
            yield Words()
            yield Help()
            yield Keys()

    def show(self, view: AgentView) -> None:
        """Draw the view wherever it looks different now."""
        for lines in self.query(Lines):
            lines.show(view)

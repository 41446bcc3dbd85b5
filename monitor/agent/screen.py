"""The agent's screen: the card on top, the measurements below it, always in the same places."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import Screen

from monitor.agent.card_widget import PromptCard
from monitor.agent.choices import Choices, ChoiceView
from monitor.agent.gauges import Gauges
from monitor.agent.help import Help, Keys
from monitor.agent.last_words import Words
from monitor.agent.lines import AgentLines
from monitor.agent.status import Status
from monitor.agent.traces import Traces
from monitor.agent.view import AgentView
from monitor.base.lines import INKS


class AgentScreen(Screen[None]):
    """Everything the agent sees during a call; agent.tcss says what small terminals leave out."""

    COMPONENT_CLASSES: ClassVar[set[str]] = INKS
    VERTICAL_BREAKPOINTS = [(0, "-docked"), (11, "-low"), (13, "-middle"), (23, "-tall"), (36, "-large")]  # noqa: RUF012  # by Textual

    def compose(self) -> ComposeResult:
        """Stack the widgets."""
        with Vertical(id="page"):
            yield Status()
            yield PromptCard()
            yield Gauges()
            yield Traces()
            yield Words()
            yield Help()
            yield Choices()
            yield Keys()

    def show(self, view: AgentView) -> None:
        """Draw the view wherever it has changed."""
        for lines in self.query(AgentLines):
            lines.show(view)

    def show_choice(self, view: ChoiceView) -> None:
        """Draw the choice of prompts."""
        self.query_one(Choices).show(view)

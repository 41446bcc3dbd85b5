"""The base of the agent's widgets: they draw its view from the first frame on."""

from monitor.agent.view import AgentView
from monitor.base.lines import Lines


class AgentLines(Lines[AgentView]):
    """A widget that turns the agent's view into lines."""

    def __init__(self) -> None:
        super().__init__(AgentView())

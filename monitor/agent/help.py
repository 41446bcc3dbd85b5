"""What the keys do and what the marks mean; no key is ever needed."""

from monitor.agent.lines import AgentLines
from monitor.agent.view import AgentView
from monitor.base.lines import Line

_ROW = "space dismiss  f flag  m snooze  p pause recording  {}  ? help  q quit"
_BEGIN, _END = "s start", "e end  "
_HELP = (
    "space  dismiss          ├ ┤ your usual",
    "f      flag             ●   within it",
    "m      snooze           ◆   beyond it",
    "p      pause recording  ·   silence",
    "s e q  start, end, quit ×   lost sound",
    "",
    "m again: 10 minutes, the rest of the call, back on.",
    "Each trace is one minute, rewritten in place.",
    "? closes this. No key is ever needed.",
)


class Keys(AgentLines):
    """All keys in one row, each always in its place."""

    def draw(self, view: AgentView, width: int, height: int) -> tuple[Line, ...]:  # noqa: ARG002  # it is one
        """Draw the keys, or how to see them where they do not fit."""
        row = _ROW.format(_BEGIN if view.between_calls else _END)
        return (((f" {row if len(row) < width else '? help'}", "dim"),),)


class Help(AgentLines):
    """The keys and the marks, below the card, which stays in sight."""

    def draw(self, view: AgentView, width: int, height: int) -> tuple[Line, ...]:  # noqa: ARG002  # the same for all
        """Draw as much as there is room for, the keys first."""
        return tuple(((f" {text}"[:width], "plain"),) for text in _HELP[:height])

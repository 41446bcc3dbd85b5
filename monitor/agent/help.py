"""What the keys do and what the signs mean."""

from monitor.agent.lines import AgentLines
from monitor.agent.view import AgentView
from monitor.base.lines import Line

_ROW = "space dismiss  f bookmark  m snooze  p pause recording  {}  ? help  q quit"
_BEGIN, _END = "s start", "e end  "
_HELP = (
    "space  dismiss          ├ ┤ your usual range",
    "f      bookmark         ●   inside it",
    "m      snooze           ◆   outside it",
    "p      pause recording  ·   silence",
    "s e q  start, end, quit ×   lost sound",
    "",
    "m again: 10 minutes, rest of the call, off.",
    "Each trace shows one minute and starts over.",
    "? closes this. You never have to press a key.",
)


class Keys(AgentLines):
    """All keys in one row, each always in the same place."""

    def draw(self, view: AgentView, width: int, height: int) -> tuple[Line, ...]:  # noqa: ARG002  # it is one
        """Draw the keys, or only the one for help if they do not fit."""
        row = _ROW.format(_BEGIN if view.between_calls else _END)
        return (((f" {row if len(row) < width else '? help'}", "dim"),),)


class Help(AgentLines):
    """The keys and the signs, below the card, which stays visible."""

    def draw(self, view: AgentView, width: int, height: int) -> tuple[Line, ...]:  # noqa: ARG002  # the same for all
        """Draw as many rows as fit, the keys first."""
        return tuple(((f" {text}"[:width], "plain"),) for text in _HELP[:height])

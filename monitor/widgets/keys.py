"""What the keys do and what the marks mean; no key is ever needed."""

from monitor.view import AgentView
from monitor.widgets.lines import Line, Lines

_ROW = "space dismiss   f flag   m snooze   p pause recording   ? help   q end"
_HELP = (
    "space  dismiss         ├ ┤  your usual",
    "f      flag            ●    within it",
    "m      snooze          ◆    beyond it",
    "p      pause recording ·    silence",
    "q      end the call    ×    lost sound",
    "",
    "m again: 10 minutes, the rest of the call, back on.",
    "Each trace is one minute, rewritten in place.",
    "? closes this. No key is ever needed.",
)


class Keys(Lines):
    """All keys in one row."""

    def draw(self, view: AgentView, width: int, height: int) -> tuple[Line, ...]:  # noqa: ARG002  # the same for all
        """Draw the keys, or how to see them where they do not fit."""
        return (((f" {_ROW if len(_ROW) < width else '? help'}", "dim"),),)


class Help(Lines):
    """The keys and the marks, below the card, which stays in sight."""

    def draw(self, view: AgentView, width: int, height: int) -> tuple[Line, ...]:  # noqa: ARG002  # the same for all
        """Draw as much as there is room for, the keys first."""
        return tuple(((f" {text}"[:width], "plain"),) for text in _HELP[:height])

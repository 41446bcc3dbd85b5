"""What the keys do and what the signs mean."""

from monitor.agent.lines import AgentLines
from monitor.agent.view import AgentView
from monitor.base.lines import Line

_ROWS = (
    "space dismiss  x it was wrong  f bookmark  m snooze  p pause recording  c prompts  h help me  {}  ? help  q quit",
    "space dismiss  f bookmark  m snooze  p pause  h help  {}  ? keys  q quit",
    "? help",
)
"""From the widest window to the narrowest."""
_BEGIN, _END = "s start", "e end  "
_HELP = (
    "space dismiss  x it was wrong  f bookmark",
    "m snooze 2 or 10 min, rest of call, off",
    "p pause recording  c prompts  h help me",
    "s e q start, end, quit  ● in ├ ┤ usual ◆ out",
    "· silent  × lost sound  ▆ yellow: both speak",
    "",
    "h asks for a supervisor; h again takes it back.",
    "m again takes the next of its steps.",
    "Only you see x marks, unless you share them.",
    "Who follows your call always stands on top.",
    "Each trace shows one minute and starts over.",
    "Yellow in both: they spoke in the same second.",
    "? or Esc closes this. No key is ever needed.",
)
_BOTH = "▆"


class Keys(AgentLines):
    """All keys in one row, each always in the same place."""

    def draw(self, view: AgentView, width: int, height: int) -> tuple[Line, ...]:  # noqa: ARG002  # it is one
        """Draw the keys, or only the one for help if they do not fit."""
        rows = [row.format(_BEGIN if view.between_calls else _END) for row in _ROWS]
        row = next((row for row in rows if len(row) < width), rows[-1])
        return (((f" {row}", "dim"),),)


class Help(AgentLines):
    """The keys and the signs, below the card, which stays visible."""

    def draw(self, view: AgentView, width: int, height: int) -> tuple[Line, ...]:  # noqa: ARG002  # the same for all
        """Draw as many rows as fit, the keys first."""
        return tuple(_inked(f" {text}"[:width]) for text in _HELP[:height])


def _inked(text: str) -> Line:
    """Give the mark for two speakers the ink that it has in the traces."""
    before, mark, after = text.partition(_BOTH)
    return ((before, "plain"), (mark, "both"), (after, "plain")) if mark else ((text, "plain"),)

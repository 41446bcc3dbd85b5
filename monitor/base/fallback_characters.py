"""Characters that stand in for those which a terminal or a pipe of another encoding cannot be given."""

import codecs
import unicodedata
from typing import Final

ERRORS: Final = "tone-monitor"
"""The name of this way to handle errors, for the `errors` of a stream."""

_STAND_INS: Final = {
    "–—−─╌╍←": "-",
    "━═": "=",
    "│┃║╏▏▌▐‖╵": "|",
    "┌┐└┘├┤┼┏┓┗┛╔╗╚╝": "+",
    "▛▀▜▙▄▟█▇▆■◆": "#",
    "▅▪●•": "*",
    "▃": "=",
    "▂▁": "_",
    "○◇": "o",
    "·": ".",
    "×": "x",
    "▲↑⇧": "^",
    "▼↓": "v",
    "►→": ">",
    "“”": '"',
    "‘’": "'",
    "…": "~",
    "✓": "y",
}
_STAND_IN: Final = {character: stand_in for characters, stand_in in _STAND_INS.items() for character in characters}


def replaced(text: str) -> str:
    """A text in ASCII, each character replaced by one that is like it, so that nothing moves; else by "?"."""
    return "".join(map(_stand_in, text))


def _stand_in(character: str) -> str:
    base = _STAND_IN.get(character) or unicodedata.normalize("NFKD", character)[0]
    return base if base.isascii() else "?"


def _replace(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        return codecs.replace_errors(error)  # type: ignore[return-value]
    return replaced(error.object[error.start : error.end]), error.end


codecs.register_error(ERRORS, _replace)

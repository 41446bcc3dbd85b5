"""The failures a command expects: those that are printed as a sentence, without a traceback."""

import re
from traceback import walk_tb

from audio.errors import AudioError
from monitor.base.errors import MonitorError
from rules.errors import RuleError

EXPECTED = (AudioError, MonitorError, RuleError)

LONGEST = 1_000
"""Characters of a sentence; more is the content of a damaged file."""
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""Characters that would break the line, control the terminal, reverse the text or cannot be encoded."""


def told_as(error: BaseException) -> str:
    """The sentence of a failure, safe for any terminal: it may quote a name from a file that somebody else wrote."""
    text = _UNSEEN.sub("\N{REPLACEMENT CHARACTER}", str(error))
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def place(error: Exception) -> str:
    """Where an error came from: its kind, and the last line of ours that it passed, but no value."""
    frames = [(str(frame.f_globals.get("__name__", "")), line) for frame, line in walk_tb(error.__traceback__)]
    ours = [at for at in frames if at[0].split(".")[0] in {"monitor", "rules", "audio"}]
    module, line = (ours or frames or [("an unknown place", 0)])[-1]
    return f"{type(error).__name__} in {module.removeprefix('monitor.')}:{line}"

"""The failures a command expects: those that are told in one sentence, without a traceback."""

import re

from audio.errors import AudioError
from monitor.base.errors import MonitorError
from rules.errors import RuleError

EXPECTED = (AudioError, MonitorError, RuleError)

LONGEST = 1_000
"""Characters of a sentence; more is a damaged file read aloud."""
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""What would break the line, steer the terminal, turn the text around or cannot be written at all."""


def told_as(error: BaseException) -> str:
    """The sentence of a failure, fit for any terminal: it may quote a name out of a file that somebody else wrote."""
    text = _UNSEEN.sub("\N{REPLACEMENT CHARACTER}", str(error))
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"

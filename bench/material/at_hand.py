"""Whether the recordings are there that are not in this repository; a part says what it leaves out without them."""

import sys

from bench.material import voices
from tests.audio_files import AUDIO, VARIABLE


def recordings_for(what: str) -> bool:
    """Whether there is the folder of recordings that tests read; says what has no figures without it."""
    return _told(what, there=AUDIO.exists(), variable=VARIABLE)


def voices_for(what: str) -> bool:
    """Whether there is a folder of voices; says what has no figures without it."""
    return _told(what, there=voices.FOLDER.exists(), variable=voices.VARIABLE)


def _told(what: str, *, there: bool, variable: str) -> bool:
    if not there:
        print(f"  Left out: {what}. {variable} names no folder of recordings; see CONTRIBUTING.md.", file=sys.stderr)
    return there

"""The words of a moment, exactly as they were heard."""

from audio.block import Speaker
from monitor.report.stored_call import StoredCall

LONGEST = 160
"""Most characters of a quotation."""
NEXT_S = 15.0
"""How long after a moment the speaker may begin."""


def said_at(kept: StoredCall, at_s: float, speaker: Speaker) -> str:
    """What a speaker said at a moment, or next; empty where nothing was heard."""
    for spoken in kept.analysis.utterances:
        if spoken.speaker == speaker and spoken.end_s > at_s and spoken.start_s <= at_s + NEXT_S:
            return shortened(spoken.text)
    return ""


def shortened(text: str) -> str:
    """Cut at a word, and say so."""
    return text if len(text) <= LONGEST else text[:LONGEST].rsplit(" ", 1)[0] + " …"

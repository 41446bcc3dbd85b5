"""Print the figures: all of them, or those of the parts named."""

import sys
from importlib import import_module

from bench.table import show

PARTS = {
    "tone": "Tone: pitch, rate and their cost",
    "words": "Words: errors against plain faster-whisper, delays, invented words",
    "rules": "Rules: what they catch, how soon, and how often for nothing",
    "live": "A live call: delays, cost, memory, start",
    "capture": "Sound cards: from a sound to the gauge",
    "kill": "Calls that are killed",
    "endurance": "A call of eight hours",
    "batch": "Recordings",
    "replay": "Replay: opening a call, going through it",
    "catalogue": "100,000 calls: listed, filtered, searched",
    "report": "Reports for a trainer",
    "comparison": "Beside plain faster-whisper, LocalAgreement and Praat",
}

for part in sys.argv[1:] or PARTS:
    if part not in PARTS:
        sys.exit(f"There is no part {part}: choose from {', '.join(PARTS)}.")
    show(PARTS[part], import_module(f"bench.{part}").rows())

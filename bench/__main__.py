"""Print the figures: all of them, or those of the parts named.

`--write` keeps them, too, and writes RESULTS.md anew; `results` alone writes it from what is kept.
"""

import sys
from datetime import datetime
from importlib import import_module

from bench import results
from bench.kept import Measured, keep
from bench.machine import Share, revision, this_machine
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
    "comparison": "Beside plain faster-whisper, LocalAgreement and Praat; the screen",
    "growth": "Cost as work grows",
}


def main(arguments: list[str]) -> None:
    """Measure the parts named, else all."""
    if arguments == ["results"]:
        results.write(PARTS)
        return
    parts = [argument for argument in arguments if argument != "--write"]
    for part in parts:
        if part not in PARTS:
            sys.exit(f"There is no part {part}: choose from {', '.join(PARTS)}, or results.")
    for part in parts or PARTS:
        day, at, before = datetime.now().astimezone().date(), revision(), Share.now()
        rows = show(PARTS[part], import_module(f"bench.{part}").rows())
        after = Share.now()
        if "--write" in arguments and rows:
            took_min = (after.wall_s - before.wall_s) / 60
            keep(Measured(part, day, at, took_min, after.others_since(before), this_machine(), rows))
            results.write(PARTS)


if __name__ == "__main__":
    main(sys.argv[1:])

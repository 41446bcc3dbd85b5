"""Print the figures: all of them, or those of the parts named.

`--write` keeps them, too, and writes RESULTS.md anew; `results` alone writes it from what is kept.
"""

import os
import subprocess
import sys
from datetime import datetime
from importlib import import_module
from pathlib import Path

from bench import results
from bench.kept import Measured, keep, kept
from bench.machine import Share, revision, this_machine
from bench.table import show

PARTS = {
    "tone": "Tone: pitch, rate and their cost",
    "words": "Words: errors against plain faster-whisper, delays, invented words",
    "rules": "Rules: what they catch, how soon, and how often for nothing",
    "outcomes": "Outcomes: whether what was done after a prompt is what is judged",
    "cards": "The card guard: keys in the sound, numbers in the words",
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
        if not kept():
            sys.exit("No figures are kept yet: measure some with python -m bench --write.")
        results.write(PARTS)
        return
    # As an installation has it: without bytecode every start of the program compiles all it is made of.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    # What the children measure is this checkout, wherever the bench is started.
    os.environ["PYTHONSAFEPATH"] = "1"
    os.environ["PYTHONPATH"] = str(Path(__file__).parents[1])
    options = [argument for argument in arguments if argument == "--write"]
    parts = [argument for argument in arguments if argument not in options] or list(PARTS)
    for part in parts:
        if part not in PARTS:
            sys.exit(f"There is no part {part}: choose from {', '.join(PARTS)}, or results.")
    if len(parts) == 1:
        measure(parts[0], write="--write" in options)
        return
    # Each in a process of its own, so that none pays for what another has left behind, or fails with it.
    commands = {part: [sys.executable, "-m", "bench", *options, part] for part in parts}
    if failed := [part for part, command in commands.items() if subprocess.run(command, check=False).returncode]:
        sys.exit(f"Not measured: {', '.join(failed)}.")


def measure(part: str, *, write: bool) -> None:
    """Measure one part and print its figures; keep them and write the page anew if asked."""
    day, at, before = datetime.now().astimezone().date(), revision(), Share.now()
    rows = show(PARTS[part], import_module(f"bench.{part}").rows())
    after = Share.now()
    if write and rows:
        took_min = (after.wall_s - before.wall_s) / 60
        keep(Measured(part, day, at, took_min, after.others_since(before), this_machine(), rows))
        results.write(PARTS)


if __name__ == "__main__":
    main(sys.argv[1:])

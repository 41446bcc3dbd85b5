"""Print the figures: all of them, or those of the parts named.

`--write` also saves them and rewrites RESULTS.md; `results` rewrites it from the saved figures.
"""

import os
import subprocess
import sys
from datetime import datetime
from importlib import import_module
from pathlib import Path

from bench.figures import results
from bench.figures.kept import Measured, keep, kept
from bench.figures.machine import Share, revision, this_machine
from bench.figures.table import show

PARTS = {
    "tone": "Tone: pitch, rate and their cost",
    "engines": "The engines of tone, side by side: accuracy, CPU, memory",
    "room": "Rooms: the customer in the agent's microphone",
    "words": "Words: errors against plain faster-whisper, delays, invented words",
    "languages": "Languages: another one noticed, accented English kept, German phrase lists",
    "rules": "Rules: what they catch, how soon, and how often they are wrong",
    "phrases": "Phrases and meanings: false alarms on dialogues of others, precision and recall",
    "outcomes": "Outcomes: whether what the agent did after a prompt is judged right",
    "experiment": "The experiment: whether its intervals hold the truth, in 1,000 made-up trials each",
    "actions": "Agreed actions: whether their intervals hold the truth, in 1,000 made-up agents each",
    "cards": "The card guard: telephone keys in the sound, numbers in the words",
    "live": "A live call: delays, cost, memory, start",
    "serve": "The server: calls that its workers carry, and bad networks",
    "front": "The front of the server: CPU of a stream of each platform",
    "wall": "The wall: hundreds of desks, a broker that is killed and comes back",
    "capture": "Sound cards: delay from sound to gauge",
    "kill": "Calls that are killed",
    "end": "Calls whose program is ended by a signal, or whose terminal is closed",
    "endurance": "A call of eight hours, on the screen and saved",
    "fuzz": "Damaged input, fed to every reader",
    "day": "A day of 200 calls in one program",
    "batch": "Recordings",
    "archive": "Archives: into a lake, in shards, killed and resumed",
    "cluster": "Archives: on a cluster, back-tests over their logs, questions to a million calls",
    "imports": "1,000 recordings with metadata: imported, listed, reported, exported, forgotten",
    "replay": "Replay: opening a call and moving through it",
    "catalogue": "100,000 calls: listed, filtered, searched",
    "shipping": "Calls that are shipped, killed 20 times; a look at 300 shipped calls",
    "roles": "100,000 calls of 50 sites in PostgreSQL, asked with roles and policies",
    "report": "Reports for a trainer",
    "comparison": "Compared with plain faster-whisper, LocalAgreement and Praat; the screen",
    "growth": "How cost grows with the work",
}

ROOMS = {
    "endurance": "long.",
    "fuzz": "long.",
    "day": "long.",
    "front": "server.",
    "serve": "server.",
    "wall": "server.",
    "roles": "team.",
    "actions": "team.",
    "shipping": "team.",
}
"""Where the module of a part is, if not beside all others."""


def main(arguments: list[str]) -> None:
    """Measure the parts named, else all."""
    if arguments == ["results"]:
        if not kept():
            sys.exit("There are no figures yet. Measure some with python -m bench --write.")
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
            sys.exit(f"There is no part {part}. Choose from {', '.join(PARTS)}, or results.")
    if len(parts) == 1:
        measure(parts[0], write="--write" in options)
        return
    # Each in a process of its own, so that none pays for what another has left behind, or fails with it.
    commands = {part: [sys.executable, "-m", "bench", *options, part] for part in parts}
    if failed := [part for part, command in commands.items() if subprocess.run(command, check=False).returncode]:
        sys.exit(f"Not measured: {', '.join(failed)}.")


def measure(part: str, *, write: bool) -> None:
    """Measure one part and print its figures; save them and rewrite the page if asked."""
    day, at, before = datetime.now().astimezone().date(), revision(), Share.now()
    rows = show(PARTS[part], import_module(f"bench.parts.{ROOMS.get(part, '')}{part}").rows())
    after = Share.now()
    if write and rows:
        took_min = (after.wall_s - before.wall_s) / 60
        keep(Measured(part, day, at, took_min, after.others_since(before), this_machine(), rows))
        results.write(PARTS)


if __name__ == "__main__":
    main(sys.argv[1:])

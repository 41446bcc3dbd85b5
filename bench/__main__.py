"""Print the figures: all of them, or those of the parts named.

`--write` also saves them and rewrites RESULTS.md; `results` rewrites it from the saved figures. `long` are the parts
that take longest, `quick` prints the figures that matter most, of a subset.
"""

import os
import signal
import sys
from datetime import datetime
from importlib import import_module
from pathlib import Path
from types import FrameType

from bench.figures import readme, results
from bench.figures.kept import Measured, keep, kept
from bench.figures.machine import Share, revision, this_machine
from bench.figures.table import show
from bench.schedule import LONGEST_MIN, Plan, measure_all

PARTS = {
    "tone": "Tone: pitch, rate, loudness",
    "engines": "The engines of tone, side by side: accuracy, CPU, memory",
    "room": "Rooms: the customer in the agent's microphone",
    "cost": "Tone: what measuring costs",
    "words": "Words: errors against plain faster-whisper, invented words",
    "decoding": "Words: how long decoding takes, and its memory",
    "languages": "Languages: another one noticed, accented English kept, German phrase lists",
    "rules": "Rules: what they catch, how soon, and how often they are wrong",
    "phrases": "Phrases and meanings: false alarms on dialogues of others, precision and recall",
    "outcomes": "Outcomes: whether what the agent did after a prompt is judged right",
    "experiment": "The experiment: whether its intervals hold the truth, in 1,000 made-up trials each",
    "actions": "Agreed actions: whether their intervals hold the truth, in 1,000 made-up agents each",
    "cards": "The card guard: telephone keys in the sound, numbers in the words",
    "live": "A live call: delays, cost, memory",
    "start": "Start of a live call",
    "installation": "A fresh clone: until the first picture, and how much room it takes",
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
    "weekend": "Beside what a weekend would build: prompts right and wrong on the same calls",
    "apart": "Two voices on one track, beside Resemblyzer's weights with ordinary clustering",
    "voice_activity": "Speech, beside WebRTC's voice activity detection and Silero alone",
    "recogniser": "Words, beside PocketSphinx and plain faster-whisper",
    "growth": "How cost grows with the work",
}

ROOMS = {
    "endurance": "long.",
    "fuzz": "long.",
    "day": "long.",
    "cost": "pace.",
    "decoding": "pace.",
    "front": "server.",
    "serve": "server.",
    "wall": "server.",
    "roles": "team.",
    "actions": "team.",
    "shipping": "team.",
    "weekend": "peers.",
    "apart": "peers.",
    "voice_activity": "peers.",
    "recogniser": "peers.",
    "start": "pace.",
    "installation": "pace.",
}
"""Where the module of a part is, if not beside all others."""


LONG = ("endurance", "day", "fuzz", "growth", "cluster")
"""Parts that are measured only when they are named, or all of them as `long`: `make bench-long`."""
LONG_MIN = 60.0
"""So long each of them may take."""

SIDE_BY_SIDE = (
    "kill",
    "end",
    "archive",
    "imports",
    "tone",
    "words",
    "outcomes",
    "catalogue",
    "roles",
    "rules",
    "apart",
    "recogniser",
    "languages",
    "voice_activity",
    "room",
    "phrases",
    "experiment",
    "actions",
    "cards",
    "shipping",
    "report",
)
"""Parts whose figures are accuracies, counts, or ratios and times of one core: two of them are measured at a time.

`kill` and `end` play calls in real time and mostly wait; what they lose can only grow beside another part. A time is
too long there, if anything, and the page says that another part was measured beside it.
"""


def main(arguments: list[str]) -> None:
    """Measure the parts named, else all but the longest."""
    if arguments == ["results"]:
        if not kept():
            sys.exit("There are no figures yet. Measure some with python -m bench --write.")
        write_pages()
        print(results.told())
        return
    # As an installation has it: without bytecode every start of the program compiles all it is made of.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    # A shell has its background jobs ignore Ctrl-C, and so would the programs that are measured and ended by it.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    # What the children measure is this checkout, wherever the bench is started.
    os.environ["PYTHONSAFEPATH"] = "1"
    os.environ["PYTHONPATH"] = str(Path(__file__).parents[1])
    if arguments == ["quick"]:
        show("Quick: figures of a subset, not to be quoted", import_module("bench.quick").rows())
        return
    options = [argument for argument in arguments if argument.startswith("--")]
    parts = _parts([argument for argument in arguments if argument not in options])
    if unknown := {*options} - {"--write", "--save", "--beside"}:
        sys.exit(f"There is no option {', '.join(sorted(unknown))}. Choose --write, or none.")
    if len(parts) == 1:
        measure(parts[0], write="--write" in options, save="--save" in options, beside="--beside" in options)
    else:
        _measure_all(parts, write="--write" in options)


def _parts(named: list[str]) -> list[str]:
    """Those that are meant."""
    if named == ["long"]:
        return [part for part in LONG if part in PARTS]
    for part in named:
        if part not in PARTS:
            sys.exit(f"There is no part {part}. Choose from {', '.join(PARTS)}, long, quick or results.")
    return named or [part for part in PARTS if part not in LONG]


def _measure_all(parts: list[str], *, write: bool) -> None:
    """Measure each in a process of its own, so that none pays for what another has left behind, or fails with it."""
    plan = Plan([part for part in parts if part not in SIDE_BY_SIDE], [part for part in SIDE_BY_SIDE if part in parts])
    longest_min = LONG_MIN if {*parts} & {*LONG} else LONGEST_MIN
    ran = measure_all(plan, ["--save"] if write else [], write_pages if write else None, longest_min)
    if write:
        print(results.told())
    if failed := [part for part, why in ran.items() if why]:
        sys.exit(f"Not measured: {', '.join(failed)}.")


def _end(_signal: int, _frame: FrameType | None) -> None:
    """Leave as an exception does, so that a part ends what it has started."""
    sys.exit("It was ended.")


def write_pages() -> None:
    """Write RESULTS.md, and the figures that README quotes."""
    results.write(PARTS)
    readme.write()


def measure(part: str, *, write: bool, save: bool = False, beside: bool = False) -> None:
    """Measure one part and print its figures.

    Args:
        part: its name.
        write: whether its figures are saved and put on the page.
        save: whether they are saved only.
        beside: whether another part is measured at the same time.
    """
    day, at, before = datetime.now().astimezone().date(), revision(), Share.now()
    rows = show(PARTS[part], import_module(f"bench.parts.{ROOMS.get(part, '')}{part}").rows())
    after = Share.now()
    if not rows:
        sys.exit("There was nothing to measure with here; CONTRIBUTING.md says what the bench needs.")
    if write or save:
        took_min = (after.wall_s - before.wall_s) / 60
        keep(Measured(part, day, at, took_min, after.others_since(before), this_machine(), rows, beside))
    if write:
        write_pages()


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _end)
    main(sys.argv[1:])

"""Profile a live call and a recording: `python -m tools.profile [SECONDS]` writes docs/pictures and docs/pace.md.

Needs Linux and py-spy in PATH (`pip install py-spy`); on an idle machine the figures are those of docs/pace.md.
"""

import math
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from shutil import which
from tempfile import TemporaryDirectory

import numpy as np
import soundfile

from bench.figures.machine import revision, this_machine
from bench.instruments.private_machine import private_machine
from bench.instruments.processes import cpu_s, descendants
from bench.instruments.terminal import open_screen
from monitor import sample
from tools.profile.flame import picture, table
from tools.profile.stacks import Stack, read

DOCS = Path(__file__).parents[2] / "docs"
PAGE = DOCS / "pace.md"
MEASURED = re.compile(r"(?<=<!-- measured -->\n).*(?=<!-- end -->)", re.DOTALL)
SECONDS = 100.0
PER_S = 100
"""Looks of py-spy at each process a second."""
LOOK_S = 0.2
STARTS_S = 8.0
"""Until the Whisper process is there and the first words are."""
PROGRAM = [sys.executable, "-m", "monitor"]


@dataclass(frozen=True, slots=True)
class Profile:
    """What was seen of a program and its Whisper process."""

    cpu_ms: float
    """For a second of the call."""
    stacks: Counter[Stack]
    """Weighted by the CPU time of their process, in units of a tenth of a millisecond."""


def main(seconds: float) -> None:
    """Measure, and write pictures and table."""
    if which("py-spy") is None:
        sys.exit("There is no py-spy in PATH. Install it with pip install py-spy.")
    with private_machine() as machine:
        sound = machine.folder / "call.wav"
        length_s = _made(sound, seconds + 2 * STARTS_S)
        of = [str(sound), "--calls", str(machine.calls), "--model"]
        live, analyze = [*PROGRAM, "live", "--from", *of], [*PROGRAM, "analyze", *of]
        found = {
            "live, words": _live([*live, "default"], seconds),
            "live, tone only": _live([*live, "none"], seconds),
            "recording, words": _recording([*analyze, "default"], length_s),
            "recording, tone only": _recording([*analyze, "none"], length_s),
        }
    for name, title in (("live, words", "A live call"), ("recording, words", "A recording")):
        file = DOCS / "pictures" / f"pace-{name.partition(',')[0]}.svg"
        file.write_text(picture(f"{title}, at {revision()}", found[name].stacks), "utf-8")
    lines = list(table([(name, one.cpu_ms, one.stacks) for name, one in found.items()]))
    print("\n".join(lines))
    shown = "\n".join(["", f"Measured at {revision()} on {this_machine()}.", "", *lines, "", ""])
    PAGE.write_text(MEASURED.sub(lambda _: shown, PAGE.read_text("utf-8")), "utf-8")


def _made(path: Path, seconds: float) -> float:
    """Write the built-in call, again and again if it is too short; return how long the sound is."""
    samples, rate_hz = soundfile.read(sample.CALL, dtype="int16", always_2d=True)
    size = round(seconds * rate_hz)
    soundfile.write(path, np.resize(samples, (size, samples.shape[1])), rate_hz, "PCM_16")
    return seconds


def _live(command: Sequence[str], seconds: float) -> Profile:
    """A live call on the screen, once it has started."""
    screen = open_screen(list(command))
    time.sleep(STARTS_S)
    until_s = time.monotonic() + seconds
    found = _watched(screen.process, until_s, seconds)
    screen.end()
    return found


def _recording(command: Sequence[str], length_s: float) -> Profile:
    """A recording, the whole program."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603 - our own interpreter
    found = _watched(process, math.inf, length_s)
    process.wait()
    return found


def _watched(process: subprocess.Popen[bytes], until_s: float, seconds: float) -> Profile:
    """Look at a program and all it starts, until it ends or that time; `seconds` of a call go by meanwhile."""
    spies: dict[int, tuple[subprocess.Popen[bytes], Path]] = {}
    first: dict[int, float] = {}
    last: dict[int, float] = {}
    with TemporaryDirectory() as folder:
        while process.poll() is None and time.monotonic() < until_s:
            for pid in descendants(process.pid):
                with suppress(ValueError):  # it has ended just now
                    last[pid] = cpu_s(pid)
                    if pid not in spies:
                        first[pid] = last[pid] if until_s < math.inf else 0.0
                        spies[pid] = _spy(pid, Path(folder) / str(pid))
            time.sleep(LOOK_S)
        stacks: Counter[Stack] = Counter()
        for pid, (spy, file) in spies.items():
            spy.send_signal(signal.SIGINT)
            spy.wait()
            seen = read(file.read_text("utf-8")) if file.exists() else Counter()
            for stack, count in seen.items():
                stacks[stack] += round(1e4 * (last[pid] - first[pid]) * count / seen.total())
    return Profile(1000 * sum(last[pid] - first[pid] for pid in spies) / seconds, stacks)


def _spy(pid: int, file: Path) -> tuple[subprocess.Popen[bytes], Path]:
    options = ["--rate", str(PER_S), "--format", "raw", "--nonblocking", "--output", str(file), "--pid", str(pid)]
    command = ["py-spy", "record", *options]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL), file  # noqa: S603 - the one in PATH


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else SECONDS)

"""How soon a live call is there: the screen, the first meter, words; in seconds, and beside a plain import of textual.

The seconds are those of the machine and of what else it does; the ratios tell what the program adds.
"""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import astuple, dataclass
from statistics import median
from tempfile import TemporaryDirectory

from bench.figures.table import Row
from bench.instruments.terminal import drain, in_terminal

RUNS = 7
PROGRAM = [sys.executable, "-m", "monitor"]
STEPS = (("screen", "≤ 0.7", "≤ 1.3"), ("first meter", "≤ 1.5", "≤ 2.5"), ("first word possible", "≤ 3", "≤ 4.5"))
"""Each with its target in seconds, and in times of the import."""


@dataclass(frozen=True, slots=True)
class Start:
    """Seconds from the start of the process until each step."""

    screen_s: float
    meter_s: float
    word_s: float


def rows() -> Iterator[Row]:
    """Figures of the start of a live call; medians over runs in turn with the import."""
    _start()  # the first one finds cold files, and after an installation no bytecode
    runs = [(_import_s(), _start()) for _ in range(RUNS)]
    yield Row("import textual.app", median(import_s for import_s, _ in runs), "s")
    for at, (step, seconds, times) in enumerate(STEPS):
        yield Row(f"start → {step}", median(astuple(start)[at] for _, start in runs), "s", seconds)
        ratio = median(astuple(start)[at] / import_s for import_s, start in runs)
        yield Row(f"start → {step}, over import textual.app", ratio, "×", times)


def _import_s() -> float:
    """Seconds that Python takes to start and import what every screen needs."""
    began_s = time.monotonic()
    subprocess.run([sys.executable, "-c", "import textual.app"], check=True)
    return time.monotonic() - began_s


def _start() -> Start:
    """Start the program on the built-in call, once until its first picture and once until words are possible."""
    with TemporaryDirectory() as folder:
        began_s = time.monotonic()
        process, terminal = in_terminal([*PROGRAM, "demo", "--calls", folder])
        text = b""
        while b"volume" not in text:
            text += os.read(terminal, 65536)
        screen_s = time.monotonic() - began_s
        process.send_signal(signal.SIGINT)
        drain(process, terminal)
        process, terminal = in_terminal(
            [sys.executable, "-m", "bench.instruments.start", str(time.monotonic()), folder]
        )
        told = re.search(rb"METER ([0-9.]+) WORD ([0-9.]+)", drain(process, terminal))
    if told is None:
        raise RuntimeError("The program ended before its first meter.")
    return Start(screen_s, float(told[1]), float(told[2]))

"""Feeds readers, each in a process of its own, so that a crash or a hang is found, too."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

from fuzz.feeding import feed, keep
from fuzz.targets import TARGETS

MINUTES = 12.0
HANGS_AFTER_S = 20.0


@dataclass(frozen=True, slots=True)
class Fed:
    """What became of one reader."""

    name: str
    cpu_s: float
    """Of reading; what was loaded before took its own."""
    inputs: int
    lines: int
    """Of our code that were reached."""
    findings: int


def feed_all(names: Sequence[str], minutes: float = MINUTES) -> Iterator[Fed]:
    """Feed the named readers, one after the other, for so many minutes of CPU together."""
    shares = sum(TARGETS[name].share for name in names)
    for name in names:
        yield _fed(name, 60 * minutes * TARGETS[name].share / shares)


def _fed(name: str, cpu_s: float) -> Fed:
    context = get_context("spawn")
    tally = context.Array("q", 3)
    began_s = time.monotonic()
    with TemporaryDirectory() as folder:
        process = context.Process(target=feed, args=(name, time.time_ns(), cpu_s, folder, tally))
        process.start()
        at = -1
        while process.is_alive():
            process.join(HANGS_AFTER_S)
            if process.is_alive() and tally[0] == at and time.monotonic() - began_s > 2 * HANGS_AFTER_S:
                process.kill()
                process.join()
            at = tally[0]
        if process.exitcode:
            tally[1] += 1
            path = Path(folder) / TARGETS[name].file
            content = path.read_bytes() if path.exists() else b""
            keep(name, content, f"The reader crashed with exit code {process.exitcode}.")
    inputs, findings, lines = tally[:]
    return Fed(name, cpu_s, inputs, lines, findings)

"""Recordings: how many seconds of sound a second of work gets through, and whether nothing is invented."""

import json
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from audio.files.recording import open_recording
from bench.figures.table import Row
from monitor import sample

RUNS = 3


def rows() -> Iterator[Row]:
    """Figures of `analyze`."""
    duration_s = open_recording(sample.CALL).duration_s
    _analyze(sample.CALL, "none")  # the first start finds cold files, and after an installation no bytecode
    full = [_analyze(sample.CALL, "default") for _ in range(RUNS)]
    tone = [_analyze(sample.CALL, "none") for _ in range(RUNS)]
    yield Row("file, everything on, two speakers", duration_s / median(wall for wall, _ in full), "× real time", "≥ 15")
    yield Row("file, CPU per second of sound", 1000 * median(cpu for _, cpu in full) / duration_s, "ms")
    yield Row(
        "file, tone only, CPU per second of one speaker",
        500 * median(cpu for _, cpu in tone) / duration_s,
        "ms",
        "≤ 12",
    )


def _analyze(path: Path, model: str) -> tuple[float, float]:
    """Wall and CPU seconds of the program, its start included."""
    with TemporaryDirectory() as folder:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        began_s = time.monotonic()
        done = subprocess.run(
            [sys.executable, "-m", "monitor", "analyze", str(path), "--json", "--model", model, "--calls", folder],
            check=True,
            stdout=subprocess.PIPE,
        )
        wall_s = time.monotonic() - began_s
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    json.loads(done.stdout)
    return wall_s, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

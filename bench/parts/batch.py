"""Recordings: how many seconds of sound a second of work gets through, and whether nothing is invented."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from audio.files.recording import open_recording
from bench.figures.table import Row
from bench.instruments.whole_program import Cost, run
from monitor import sample

RUNS = 3


def rows() -> Iterator[Row]:
    """Figures of `analyze`."""
    duration_s = open_recording(sample.CALL).duration_s
    _analyze(sample.CALL, "none")  # the first start finds cold files, and after an installation no bytecode
    full = [_analyze(sample.CALL, "default") for _ in range(RUNS)]
    tone = [_analyze(sample.CALL, "none") for _ in range(RUNS)]
    yield Row(
        "file, everything on, two speakers", duration_s / median(cost.wall_s for cost in full), "× real time", "≥ 15"
    )
    yield Row("file, CPU per second of sound", 1000 * median(cost.cpu_s for cost in full) / duration_s, "ms")
    yield Row(
        "file, tone only, CPU per second of one speaker",
        500 * median(cost.cpu_s for cost in tone) / duration_s,
        "ms",
        "≤ 12",
    )


def _analyze(path: Path, model: str) -> Cost:
    """What the program took, its start included."""
    with TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "monitor", "analyze", str(path), "--json", "--model", model, "--calls", folder]
        cost = run(command)
    json.loads(cost.printed)
    return cost

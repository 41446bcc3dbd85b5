"""A thousand recordings with metadata: imported, and then listed, searched, reported, exported and forgotten."""

import csv
import json
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import soundfile

from audio.block import SAMPLE_RATE_HZ
from bench.figures.table import Row
from bench.instruments.processes import PeakMemory

RECORDINGS = 1_000
AGENTS = 20
DAYS = 300
"""Over which the calls are spread: all within the usual retention."""
LENGTH_S = 6.0
JOBS = 2


@dataclass(frozen=True, slots=True)
class Ran:
    """A command that has ended well."""

    wall_s: float
    cpu_s: float
    peak_mb: float
    said: bytes


def rows() -> Iterator[Row]:
    """Figures of the import and of what follows it."""
    with TemporaryDirectory() as place:
        recordings, calls = Path(place, "recordings"), Path(place, "calls")
        table = made(recordings)
        first = _run(calls, "analyze", recordings, "--metadata", table, "--model", "none", "--jobs", JOBS)
        yield Row(
            f"import of {LENGTH_S:g} s of sound, tone only, {JOBS} jobs: wall time",
            1000 * first.wall_s / RECORDINGS,
            "ms a recording",
        )
        yield Row("import, CPU", 1000 * first.cpu_s / RECORDINGS, "ms a recording")
        yield Row("import, most memory of all its processes", first.peak_mb, "MB")
        again = _run(calls, "analyze", recordings, "--metadata", table, "--model", "none", "--jobs", JOBS)
        yield Row(
            "import of the same again, all skipped: wall time", 1000 * again.wall_s / RECORDINGS, "ms a recording"
        )
        yield Row("calls saved", len(list(calls.glob("*-*-*/*"))), "", f"≥ {RECORDINGS}")
        yield Row("whole list", _run(calls, "calls", "--json").wall_s, "s")
        found = _run(calls, "calls", "--json", "--agent", "Agent 7", "--since", "200d")
        yield Row("one agent, 200 days", found.wall_s, "s")
        yield Row("calls found so", len(json.loads(found.said)), "", "≥ 1")
        yield Row("team report", _run(calls, "report", "--team", "-o", Path(place, "team.html")).wall_s, "s")
        exported = _run(calls, "export", "--all", "--to", "csv", "-o", Path(place, "csv"))
        yield Row("export of all as CSV", exported.wall_s, "s")
        yield Row("an agent forgotten", _run(calls, "forget", "Agent 7", "--yes").wall_s, "s")
        yield Row("calls left", len(list(calls.glob("*-*-*/*"))), "", f"≤ {RECORDINGS - RECORDINGS // AGENTS}")


def made(folder: Path, count: int = RECORDINGS) -> Path:
    """Make recordings and their table of metadata, whose path is given."""
    folder.mkdir()
    table = folder.with_suffix(".csv")
    today = datetime.now().astimezone().replace(microsecond=0)
    with table.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["file", "agent", "customer", "started", "attribute.queue"])
        for number in range(count):
            name = f"call-{number:05}.wav"
            soundfile.write(folder / name, _sound(number), SAMPLE_RATE_HZ)
            started = today - timedelta(days=number % DAYS, minutes=number)
            agent, customer = f"Agent {number % AGENTS}", f"C{number // 3}"
            rows.writerow([name, agent, customer, started.isoformat(), f"queue-{number % 4}"])
    return table


def _sound(seed: int) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    """Two speakers by turns: bursts of harmonics with the rhythm of syllables, different in each recording."""
    random = np.random.default_rng(seed)
    time_s = np.arange(round(SAMPLE_RATE_HZ * LENGTH_S)) / SAMPLE_RATE_HZ
    pitch_hz = random.uniform(100, 220)
    voice = sum(np.sin(2 * np.pi * pitch_hz * harmonic * time_s) / harmonic for harmonic in range(1, 12))
    syllables = np.clip(np.sin(2 * np.pi * random.uniform(3.5, 5.0) * time_s), 0, 1)
    spoken = 0.1 * voice * syllables
    agent = np.where(time_s % 4 < 2, spoken, 0.0)
    customer = np.where(time_s % 4 >= 2, spoken, 0.0)
    return np.stack([agent, customer], axis=1).astype(np.float32)


def _run(calls: Path, *command: str | Path | int) -> Ran:
    arguments = [sys.executable, "-m", "monitor", *map(str, command), "--calls", str(calls)]
    began_s, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as program:
        with PeakMemory(program.pid) as memory:
            said, _ = program.communicate()
        wall_s = time.monotonic() - began_s
    if program.returncode:
        raise RuntimeError(f"{' '.join(arguments[3:5])} … ended with {program.returncode}.")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Ran(wall_s, used_s, memory.peak_mb, said)

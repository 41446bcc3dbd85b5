"""Cost as work grows: recordings one after another and side by side, live calls in one process."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import soundfile

from bench.figures.table import Row
from bench.instruments.curve import exponent, most
from bench.instruments.processes import PeakMemory
from monitor import sample

CALLS = (1, 5, 20, 50, 200)
CALLS_WITH_WORDS = CALLS[:4]
"""Words take most of the time, and the same for every call."""
CALL_S = 20
"""Length of a recording: a stretch of the built-in call."""
STEP_S = 7
"""From one stretch to the next."""
SETTLED = 10
"""From so many recordings on, the program's start no longer counts."""
SAMPLED_S = 20.0
"""Of live calls, once they have begun."""
LATE_S = 0.5
"""If more than one tone sample of a hundred comes later, the calls are too many."""
MOST_SESSIONS = 64


def rows() -> Iterator[Row]:
    """All curves."""
    for model, counts in (("none", CALLS), ("default", CALLS_WITH_WORDS)):
        for jobs in (1, 2):
            yield from recording_rows(counts, jobs, model)
    for model in ("none", "default"):
        yield from session_rows(model)


def _kind(model: str) -> str:
    return "tone only" if model == "none" else "with words"


def recording_rows(counts: Sequence[int], jobs: int, model: str) -> Iterator[Row]:
    """How long recordings take, and what they fill, by how many there are."""
    series = f"analyze, {_kind(model)}, {jobs} job{'s' * (jobs > 1)}"
    took_s: list[float] = []
    for count in counts:
        with TemporaryDirectory() as temporary:
            folder, calls = Path(temporary, "recordings"), Path(temporary, "calls")
            folder.mkdir()
            _write_stretches(folder, count)
            wall_s, memory_mb = _analyze(folder, calls, jobs, model)
            catalogue = sum(path.stat().st_size for path in calls.glob("catalogue.sqlite*"))
            if len(list(calls.glob("*/*/call.toml"))) != count:
                raise RuntimeError(f"Of {count} recordings, not all became calls.")
        took_s.append(wall_s)
        at = f"{count} call{'s' * (count > 1)}"
        yield Row("wall time per call", wall_s / count, "s", series=series, at=at)
        yield Row("speed", count * CALL_S / wall_s, "× real time", series=series, at=at)
        yield Row("memory, highest, of all processes", memory_mb, "MB", series=series, at=at)
        yield Row("catalogue", catalogue / 1024, "kB", series=series, at=at)
    settled = [count for count in counts if count >= SETTLED]
    slope = exponent(settled, took_s[-len(settled) :])
    yield Row(f"{series}: exponent of time against calls, from {SETTLED} calls on", slope, "", "≤ 1.1")


def _write_stretches(folder: Path, count: int) -> None:
    sound, rate = soundfile.read(sample.CALL, dtype="int16")
    for number in range(count):
        start = number * STEP_S * rate % (len(sound) - CALL_S * rate)
        soundfile.write(folder / f"{number:03}.wav", sound[start : start + CALL_S * rate], rate)


def _analyze(folder: Path, calls: Path, jobs: int, model: str) -> tuple[float, float]:
    """Wall seconds of the program, its start included, and the most memory its processes had together, in MB."""
    command = [sys.executable, "-m", "monitor", "analyze", folder, "--calls", calls, "--jobs", jobs, "--model", model]
    began_s = time.monotonic()
    with subprocess.Popen(list(map(str, command)), stdout=subprocess.DEVNULL) as process:
        with PeakMemory(process.pid) as memory:
            failed = process.wait()
        wall_s = time.monotonic() - began_s
    if failed:
        raise RuntimeError("analyze failed; it has said why.")
    return wall_s, memory.peak_mb


def session_rows(model: str) -> Iterator[Row]:
    """The curve of live calls in one process, and how many there may be.

    A pump that is late has no time to sleep: what it neither works nor waits for a core, it waits for the interpreter.
    """
    seen: dict[int, dict[str, float]] = {}

    def in_time(count: int) -> bool:
        seen[count] = _sessions(count, model)
        return seen[count]["tone_p99_s"] <= LATE_S

    found = most(in_time, limit=MOST_SESSIONS)
    series = f"live, {_kind(model)}, in one process"
    for count, figures in sorted(seen.items()):
        at = f"{count} call{'s' * (count > 1)}"
        for name, value, unit in (
            ("tone delay, p50", 1000 * figures["tone_p50_s"], "ms"),
            ("tone delay, p99", 1000 * figures["tone_p99_s"], "ms"),
            ("CPU", 100 * figures["cpu_share"], f"% of {os.cpu_count()} cores"),
            ("memory", figures["memory_mb"], "MB"),
            ("pump on a core", 100 * figures["worked"], "% of the time"),
            ("pump waiting for a core", 100 * figures["queued"], "% of the time"),
        ):
            yield Row(name, value, unit, series=series, at=at)
        if model != "none":
            yield Row("oldest words awaited", figures["words_behind_s"], "s", series=series, at=at)
            yield Row("utterances given up for now", 100 * figures["given_up"], "%", series=series, at=at)
    yield Row(f"{series}: calls until the tone's p99 passes {LATE_S} s", found, "")


def _sessions(count: int, model: str) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-m", "bench.instruments.sessions", str(count), model, str(SAMPLED_S)],
        check=True,
        stdout=subprocess.PIPE,
    )
    figures: dict[str, float] = json.loads(done.stdout)
    return figures

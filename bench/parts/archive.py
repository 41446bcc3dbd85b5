"""An archive of recordings into a lake: the cost of shards, what is lost or done twice when it is killed, memory."""

import json
import os
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from bench.figures.table import Row
from bench.instruments.archive_runs import analyze, cpu_s, stored_calls, stretches
from bench.instruments.processes import PeakMemory, descendants

CLIPS = 60
CLIP_S = (8, 12, 16, 20)
"""Lengths of the clips, in turn: stretches of the built-in call."""
MANY = 2_000
MANY_S = 2
ROUNDS = 2
"""Interleaved runs of which the medians count."""
KILLED = 24
"""Clips of the runs that are killed."""
BASE = "TONE_MONITOR_BASE"
"""Names the folder of faster-whisper's model "base", if there is one."""
WORDS = 4
"""Clips for the memory of a worker with words."""


def rows() -> Iterator[Row]:
    """Everything."""
    with TemporaryDirectory() as temporary:
        root = Path(temporary)
        archive = stretches(root / "clips", CLIPS, CLIP_S)
        yield from shard_rows(archive, root)
        yield from kill_rows(stretches(root / "killed-clips", KILLED, CLIP_S), root)
        yield from many_rows(stretches(root / "many", MANY, (MANY_S,)), root)
        yield from memory_rows(stretches(root / "words", WORDS, CLIP_S), root)


def shard_rows(archive: Path, root: Path) -> Iterator[Row]:
    """CPU of two shards against that of one run with two jobs."""
    ratios, whole_s = [], []
    for number in range(ROUNDS):
        alone, shared = root / f"whole{number}", root / f"shards{number}"
        one_s = cpu_s([analyze(archive, alone, "--jobs", "2")])
        both_s = cpu_s([analyze(archive, shared, "--shard", f"{shard}/2") for shard in (1, 2)])
        if {len(stored_calls(alone)), len(stored_calls(shared))} != {len(list(archive.iterdir()))}:
            raise RuntimeError("The lakes do not have a row for each clip.")
        ratios.append(both_s / one_s)
        whole_s.append(one_s)
    yield Row(f"{CLIPS} clips, --jobs 2: CPU", median(whole_s), "s")
    yield Row(f"{CLIPS} clips, two shards: CPU of --jobs 2", median(ratios), "×", "≤ 1.05")


def kill_rows(archive: Path, root: Path) -> Iterator[Row]:
    """What is lost and what is done twice: a worker is killed after a quarter, then the whole run after a half."""
    lake, count = root / "killed", len(list(archive.iterdir()))
    job = subprocess.Popen(analyze(archive, lake, "--jobs", "2", "--jsonl"), stdout=subprocess.PIPE, text=True)
    assert job.stdout  # noqa: S101 - it is piped
    ended = [job.stdout.readline() for _ in range(count // 4)]
    os.kill(_workers(job.pid)[0], signal.SIGKILL)
    ended += job.communicate()[0].splitlines()
    worked = Counter(one["recording"] for one in map(json.loads, ended) if one["outcome"] == "worked")
    yield Row("a worker killed: recordings lost", count - len(stored_calls(lake)), "", "≤ 0")
    yield Row("a worker killed: recordings twice", sum(worked.values()) - len(worked), "", "≤ 0")
    yield Row("run again: recordings worked", _worked(analyze(archive, lake, "--jobs", "2", "--jsonl")), "", "≤ 0")

    lake = root / "resumed"
    job = subprocess.Popen(analyze(archive, lake, "--jobs", "2", "--jsonl"), stdout=subprocess.PIPE, text=True)
    assert job.stdout  # noqa: S101 - it is piped
    for _ in range(count // 2):
        job.stdout.readline()
    orphans = descendants(job.pid)
    job.kill()
    job.communicate()
    while any(Path(f"/proc/{pid}").exists() for pid in orphans):
        time.sleep(0.1)
    there = len(stored_calls(lake))
    again = _worked(analyze(archive, lake, "--jobs", "2", "--jsonl"))
    yield Row("the run killed and resumed: recordings lost", count - len(stored_calls(lake)), "", "≤ 0")
    yield Row("the run killed and resumed: worked beyond what was left", again - (count - there), "", "≤ 0")


def many_rows(archive: Path, root: Path) -> Iterator[Row]:
    """Thousands of short clips, and a second look at them."""
    count, lake = len(list(archive.iterdir())), root / "many-lake"
    first_s = cpu_s([analyze(archive, lake, "--jobs", "2")])
    again_s = cpu_s([analyze(archive, lake, "--jobs", "2")])
    size = sum(path.stat().st_size for path in lake.rglob("*") if path.is_file())
    yield Row(f"{count:,} clips of {MANY_S} s: lost", count - len(stored_calls(lake)), "", "≤ 0")
    yield Row(f"{count:,} clips of {MANY_S} s: CPU a clip", 1000 * first_s / count, "ms")
    yield Row(f"{count:,} clips of {MANY_S} s, run again: CPU a clip", 1000 * again_s / count, "ms")
    yield Row(f"{count:,} clips of {MANY_S} s: lake, a call", size / count / 1024, "kB")


def memory_rows(archive: Path, root: Path) -> Iterator[Row]:
    """The most memory of a run with one worker."""
    models = [("none", "tone only"), ("default", "words by tiny.en")]
    if base := os.environ.get(BASE):
        models.append((base, "words by base"))
    for number, (model, what) in enumerate(models):
        with (
            subprocess.Popen(
                analyze(archive, root / f"memory-{number}", model=model), stdout=subprocess.DEVNULL
            ) as job,
            PeakMemory(job.pid) as memory,
        ):
            failed = job.wait()
        if failed:
            raise RuntimeError("analyze failed; it has said why.")
        yield Row(f"memory of a run with one worker, {what}", memory.peak_mb, "MB")


def _worked(command: Sequence[str]) -> int:
    """How many recordings a run has analysed."""
    printed = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    return sum(json.loads(line)["outcome"] == "worked" for line in printed.splitlines())


def _workers(pid: int) -> list[int]:
    """The processes of a run that analyse."""
    return [one for one in descendants(pid) if b"spawn_main" in Path(f"/proc/{one}/cmdline").read_bytes()]

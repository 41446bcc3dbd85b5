"""Workers and whole runs that are killed in the middle, as schedulers and full memories do it."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests import waiting

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="It finds the workers in /proc."),
]
CLIPS = 12


def start(archive: Path, lake: Path) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "monitor", "analyze", archive, "--lake", lake, "--model", "none", "--jobs", "2"]
    return subprocess.Popen([*command, "--jsonl"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def workers(job: "subprocess.Popen[str]") -> list[int]:
    children = Path(f"/proc/{job.pid}/task/{job.pid}/children").read_text().split()
    return [int(child) for child in children if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes()]


def is_there(process: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{process}/status").read_text()
    except OSError:
        return False


def rows(lake: Path) -> set[str]:
    return {path.name for path in (lake / "calls").glob("*/*.parquet")}


def test_nothing_is_lost_and_nothing_is_there_twice(tmp_path: Path) -> None:
    archive, lake = tmp_path / "in", tmp_path / "lake"
    archive.mkdir()
    for number in range(CLIPS):
        sound = np.random.default_rng(number).normal(0, 0.05, (32_000, 2)).astype(np.float32)
        soundfile.write(archive / f"c{number:02}.wav", sound, 16_000)
    job = start(archive, lake)
    assert job.stdout
    lines = [job.stdout.readline() for _ in range(2)]
    os.kill(workers(job)[0], signal.SIGKILL)
    lines += [job.stdout.readline() for _ in range(3)]
    orphans = workers(job)
    job.kill()
    lines += job.communicate(timeout=waiting.WITHIN_S)[0].splitlines()
    waiting.until(lambda: not any(map(is_there, orphans)), "the workers have ended with their run")
    ended = [json.loads(line) for line in lines if line.strip()]
    assert {one["outcome"] for one in ended} == {"worked"}
    assert len({one["recording"] for one in ended}) == len(ended) < CLIPS
    there = rows(lake)
    assert {f"{one['call']}.parquet" for one in ended} <= there

    resumed = start(archive, lake)
    ended = [json.loads(line) for line in resumed.communicate(timeout=waiting.WITHIN_S)[0].splitlines()]
    assert resumed.returncode == 0
    assert sum(one["outcome"] == "worked" for one in ended) == CLIPS - len(there)
    assert len(rows(lake)) == CLIPS
    assert not list(lake.glob("locks/*"))

    last = start(archive, lake)
    assert (last.communicate(timeout=waiting.WITHIN_S)[0], last.returncode) == ("", 0)

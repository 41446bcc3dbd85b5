"""Archives of stretches of the built-in call, and runs of `analyze --lake` over them."""

import resource
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import soundfile

from monitor import sample

STEP_S = 0.37
"""From the start of one stretch to that of the next; no two of them are the same."""


def stretches(folder: Path, count: int, lengths_s: Sequence[int]) -> Path:
    """Make a folder of clips, each another stretch of the built-in call, their lengths in turn."""
    folder.mkdir()
    sound, rate = soundfile.read(sample.CALL, dtype="int16")
    for number in range(count):
        frames = lengths_s[number % len(lengths_s)] * rate
        start = round(number * STEP_S * rate) % (len(sound) - frames)
        soundfile.write(folder / f"{number:04}.wav", sound[start : start + frames], rate)
    return folder


def analyze(archive: Path, lake: Path, *options: str, model: str = "none") -> list[str]:
    """The command that fills a lake from an archive."""
    command = [sys.executable, "-m", "monitor", "analyze", str(archive), "--lake", str(lake), "--model", model]
    return [*command, *options]


def cpu_s(commands: Sequence[Sequence[str]]) -> float:
    """CPU seconds of programs that run side by side, and of all processes that they wait for."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    jobs = [subprocess.Popen(command, stdout=subprocess.DEVNULL) for command in commands]
    codes = [job.wait() for job in jobs]
    if any(codes):
        raise RuntimeError("analyze failed; it has said why.")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def stored_calls(lake: Path) -> list[Path]:
    """The rows of a lake that is not compacted."""
    return list((lake / "calls").glob("*/*.parquet"))

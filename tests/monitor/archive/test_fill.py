"""Archives of tiny made clips into a lake, by the command line, in this process and in programs that are killed."""

import json
import shutil
from collections import Counter
from pathlib import Path

import numpy as np
import soundfile
from click.testing import CliRunner, Result

from monitor.cli import main


def clips(folder: Path, count: int, seconds: float = 0.3) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        sound = np.random.default_rng(number).normal(0, 0.05, (round(16_000 * seconds), 2)).astype(np.float32)
        soundfile.write(folder / f"c{number:02}.wav", sound, 16_000)
    return folder


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def analyze(lake: Path, *arguments: str | Path) -> Result:
    return run("analyze", *arguments, "--lake", lake, "--model", "none")


def rows(lake: Path) -> dict[str, bytes]:
    """The files of a lake's rows by their names; equal rows are equal files."""
    return {path.name: path.read_bytes() for path in (lake / "calls").glob("*/*")}


def outcomes(done: Result) -> Counter[str]:
    return Counter(json.loads(line)["outcome"] for line in done.stdout.splitlines())


def with_key_of(lake: Path, other: Path) -> Path:
    """Another lake whose ids are the same."""
    other.mkdir()
    shutil.copy(lake / "lake.key", other)
    return other

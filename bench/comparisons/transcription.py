"""Recordings: plain faster-whisper, which gives words alone, against `analyze`, which gives everything."""

import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import soundfile

from audio.words.model import resolve
from bench.figures.table import Row
from bench.instruments.whole_program import run
from bench.material.spoken import real_paths
from monitor import sample

RUNS = 3
PLAIN = """
import sys
from faster_whisper import WhisperModel
model = WhisperModel(sys.argv[1], device="cpu", compute_type="int8", cpu_threads=2)
for channel in sys.argv[2:]:
    segments, _ = model.transcribe(channel, language="en", beam_size=5, vad_filter=True, word_timestamps=True)
    print(" ".join(segment.text for segment in segments))
"""


def rows() -> Iterator[Row]:
    """Time, CPU and memory both ways, of the same sound."""
    with TemporaryDirectory() as folder:
        yield from built_in_call(Path(folder))
        if calls := real_paths():
            seconds = sum(soundfile.info(path).duration for path in calls)
            ours = [*map(str, calls), "--agent", "mono"]
            yield from _compared(f"{len(calls)} real calls, a speaker each", seconds, calls, ours)


def built_in_call(folder: Path, count: int = RUNS) -> Iterator[Row]:
    """The same of the built-in call alone; plain faster-whisper gets a file for each side."""
    sound, rate = soundfile.read(sample.CALL, dtype="float32")
    sides = [folder / "agent.wav", folder / "customer.wav"]
    for channel, path in enumerate(sides):
        soundfile.write(path, sound[:, channel], rate)
    yield from _compared("the built-in call, two speakers", len(sound) / rate, sides, [str(sample.CALL)], count)


def _compared(what: str, seconds: float, channels: list[Path], ours: list[str], count: int = RUNS) -> Iterator[Row]:
    commands = {
        "plain faster-whisper, words alone": [
            sys.executable,
            "-c",
            PLAIN,
            str(resolve("default")),
            *map(str, channels),
        ],
        "analyze, everything": [
            sys.executable,
            "-m",
            "monitor",
            "analyze",
            *ours,
            "--model",
            "default",
            "--json",
            "--calls",
        ],
    }
    plain, full = commands
    runs = []
    for _ in range(count):  # turn about, so that a machine that is busy for a while is so for both
        with TemporaryDirectory() as calls:  # a new one, or the recording would be known
            runs.append({plain: run(commands[plain]), full: run([*commands[full], calls])})
    series = f"Recording: {what}"
    for at in commands:
        yield Row("speed", median(seconds / one[at].wall_s for one in runs), "× real time", series=series, at=at)
        yield Row(
            "CPU per second of sound",
            median(1000 * one[at].cpu_s / seconds for one in runs),
            "ms",
            series=series,
            at=at,
        )
        yield Row("memory", median(one[at].memory_mb for one in runs), "MB", series=series, at=at)
    ratio = "everything : words alone"
    yield Row("speed", median(one[plain].wall_s / one[full].wall_s for one in runs), "×", series=series, at=ratio)
    yield Row(
        "CPU per second of sound",
        median(one[full].cpu_s / one[plain].cpu_s for one in runs),
        "×",
        series=series,
        at=ratio,
    )
    yield Row(
        "memory", median(one[full].memory_mb / one[plain].memory_mb for one in runs), "×", series=series, at=ratio
    )

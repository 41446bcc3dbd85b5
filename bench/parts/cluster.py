"""Archives on a cluster, back-tests over their logs, and questions to a million calls."""

import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from bench.figures.table import Row
from bench.instruments.archive_runs import analyze, cpu_s, stored_calls, stretches
from bench.instruments.processes import cpu_s as cpu_s_of
from bench.instruments.processes import descendants
from bench.material.made_lake import made_lake
from monitor import sample
from monitor.archive.key import digest
from monitor.archive.lake import Lake
from monitor.archive.packing import compact
from monitor.archive.query import About, ask
from monitor.archive.questions import QUESTIONS
from monitor.archive.unit import Unit, work
from monitor.recordings.one import AnalysisOptions
from monitor.recordings.recorded_call import RecordedCall
from monitor.settings.config import Settings

ROUNDS = 2
"""Interleaved runs of which the medians count."""
SHORT, SHORT_S = 60, (8, 12, 16, 20)
LONG, LONG_S = 10, (60,)
"""Clips of a run, and their lengths in turn."""
LOGS = 1_000
"""Calls of the back-test: copies of the built-in one, of three minutes."""
PAIRS, PAIR_LOGS = 5, 40
"""Runs with one job and with two, in turn, and their calls."""
MILLION = 1_000_000
QUESTION = {
    "weeks": "team by week",
    "agents": "agents by week, 90th percentile",
    "agent": "one agent, one month",
    "rulebook": "one rulebook and all others",
}
RULES = '[slow-down]\nextends = "slow-down"\nenabled = false\n'


def rows() -> Iterator[Row]:
    """Everything."""
    with TemporaryDirectory() as temporary:
        root = Path(temporary)
        yield from question_rows(root / "million")
        yield from backtest_rows(root)
        for count, lengths_s, target in ((SHORT, SHORT_S, "≤ 1.4"), (LONG, LONG_S, "≤ 1.2")):
            yield from cluster_rows(stretches(root / f"clips{count}", count, lengths_s), root, target)


def question_rows(folder: Path) -> Iterator[Row]:
    """CPU of ready questions to made-up figures of a million calls, after a first one that loads DuckDB."""
    lake = made_lake(folder, MILLION)
    about = About(agent="Agent 7", month="2025-03", rules="ba98")
    ask(lake, "SELECT count(*) FROM calls", threads=1)
    for name, what in QUESTION.items():
        took = []
        for _ in range(ROUNDS):
            before_s = time.process_time()
            ask(lake, QUESTIONS[name].sql, about, threads=1)
            took.append(time.process_time() - before_s)
        yield Row(f"{MILLION:,} calls: {what}, CPU", median(took), "s", "≤ 0.3")
    size = sum(path.stat().st_size for path in folder.rglob("*.parquet"))
    yield Row(f"{MILLION:,} calls: figures on disk", size / 1e6, "MB")


def backtest_rows(root: Path) -> Iterator[Row]:
    """Calls that a back-test judges, and how much faster two jobs are."""
    rules = root / "rules.toml"
    rules.write_text(RULES, encoding="utf-8")
    whole = logged_lake(root / "logs", LOGS)
    run = backtest(rules, whole, 2)
    hours = LOGS * 177 / 3600
    yield Row(f"back-test of {LOGS:,} logs of 3 min: CPU a call", 1000 * run.cpu_s / LOGS, "ms")
    yield Row(f"back-test of {LOGS:,} logs, two jobs: calls", LOGS / run.longest_s, "1/s")
    yield Row(f"back-test of {LOGS:,} logs, two jobs: call-hours", hours / run.longest_s, "1/s")
    few = logged_lake(root / "few", PAIR_LOGS)
    pairs = [(backtest(rules, few, 1), backtest(rules, few, 2)) for _ in range(PAIRS)]
    faster = [one.longest_s / two.longest_s for one, two in pairs]
    yield Row(f"back-test of {PAIR_LOGS} logs: two jobs over one, by CPU", median(faster), "×", "≥ 1.6")
    yield Row(
        f"back-test of {PAIR_LOGS} logs: the same by the clock", median(a.wall_s / b.wall_s for a, b in pairs), "×"
    )


def cluster_rows(archive: Path, root: Path, target: str) -> Iterator[Row]:
    """CPU of a Dask cluster of this machine against that of one run with two jobs."""
    count = len(list(archive.iterdir()))
    ratios = []
    for number in range(ROUNDS):
        alone, cluster = root / f"jobs{count}-{number}", root / f"cluster{count}-{number}"
        one_s = cpu_s([analyze(archive, alone, "--jobs", "2")])
        other_s = cpu_s([analyze(archive, cluster, "--jobs", "2", "--cluster", "local")])
        if {len(stored_calls(alone)), len(stored_calls(cluster))} != {count}:
            raise RuntimeError("The lakes do not have a row for each clip.")
        ratios.append(other_s / one_s)
    yield Row(f"{count} clips on a Dask cluster: CPU of --jobs 2", median(ratios), "×", target)


@dataclass(frozen=True, slots=True)
class Ran:
    """A back-test that has ended well."""

    wall_s: float
    cpu_s: float
    """Of all its processes."""
    longest_s: float
    """CPU of the first process and of the worker that had the most: at most so long it takes on free cores."""


def backtest(rules: Path, lake: Lake, jobs: int) -> Ran:
    """Run one; on a shared machine, the clock says what others do."""
    command = [sys.executable, "-m", "monitor", "rules", "try", str(rules), "--lake", str(lake.folder)]
    began_s = time.monotonic()
    job = subprocess.Popen([*command, "--jobs", str(jobs)], stdout=subprocess.DEVNULL)
    spent: dict[int, float] = {}
    while job.poll() is None:
        for pid in descendants(job.pid):
            try:
                spent[pid] = cpu_s_of(pid)
            except (ValueError, IndexError):  # it has ended just now
                continue
        time.sleep(0.05)
    if job.returncode:
        raise RuntimeError("rules try failed; it has said why.")
    first = spent.pop(job.pid)
    # The first process loads, reads and sums up, in part while the others judge; here all of it counts as before that.
    return Ran(time.monotonic() - began_s, first + sum(spent.values()), first + max(spent.values(), default=0.0))


def logged_lake(folder: Path, calls: int) -> Lake:
    """A lake with copies of the built-in call, as `lake compact` leaves it."""
    lake = Lake(folder)
    options = AnalysisOptions(settings=Settings(), model="none")
    work(Unit(call=RecordedCall((sample.CALL,)), name="call", revision="1", options=options, lake=folder))
    (first,) = lake.own_calls()
    row = lake.row(first)
    assert row  # noqa: S101 - it was just made
    for number in range(1, calls):
        lake.put(row | {"call": digest(lake.secret, "copy", str(number)), "agent": f"Agent {number % 20}"})
    compact(lake)
    return lake

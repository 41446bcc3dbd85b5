"""What the agent's screen costs: the same live call with and without it, side by side, so that all meet the same."""

import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from bench.figures.table import Row
from bench.instruments.processes import cpu_s, thread_time
from bench.instruments.terminal import REDRAW, Written, drain, in_terminal, open_screen
from monitor import sample

RUNS = 3
FIRST_S = 8.0
"""Models load and first pictures are drawn before this."""
COUNTED_S = 20.0
SIZES = ((80, 24), (46, 10))
BARE = """
import sys, time
from pathlib import Path
pieces = [(float(path.name), path.read_bytes()) for path in sorted(Path(sys.argv[1]).iterdir())]
began_s, cpu_s = time.monotonic(), time.process_time()
for at_s, text in pieces:
    time.sleep(max(0.0, began_s + at_s - time.monotonic()))
    sys.stdout.buffer.write(text)
    sys.stdout.buffer.flush()
Path(sys.argv[2]).write_text(str(time.process_time() - cpu_s))
"""
"""The same bytes at the same times, by a program that does nothing else."""


@dataclass(frozen=True, slots=True)
class Cost:
    """One run on one terminal, per second."""

    cpu: float
    """Share of a core, all threads."""
    drawing: float
    """Share of a core, the thread that draws."""
    written: tuple[Written, ...]

    @property
    def byte_rate(self) -> float:
        """Bytes a second."""
        return sum(len(piece.text) for piece in self.written) / COUNTED_S

    @property
    def redraws(self) -> float:
        """Redraws a second."""
        return b"".join(piece.text for piece in self.written).count(REDRAW) / COUNTED_S


def rows() -> Iterator[Row]:
    """Figures of the screen, without words: they cost now more and now less than the screen does at all."""
    runs = [_run() for _ in range(RUNS)]
    series = "The agent's screen, tone only"
    without = median(run[0].cpu for run in runs)
    yield Row("CPU of the live call", 100 * without, "% of a core", series=series, at="no screen (--plain)")
    for place, (width, height) in enumerate(SIZES, 1):
        at = f"{width}×{height}"
        costs = [run[place] for run in runs]
        whole, more = median(cost.cpu for cost in costs), median(run[place].cpu - run[0].cpu for run in runs)
        drawing = median(cost.drawing for cost in costs)
        yield Row("CPU of the live call", 100 * whole, "% of a core", series=series, at=at)
        yield Row("more than without", 100 * more, "% of a core", "≤ 4", series=series, at=at)
        yield Row("of its drawing thread", 100 * drawing, "% of a core", series=series, at=at)
        yield Row("written", median(cost.byte_rate for cost in costs), "B/s", series=series, at=at)
        yield Row("redraws", median(cost.redraws for cost in costs), "per second", series=series, at=at)
    at = "the bytes of 80×24, written by a bare loop"
    yield Row("of its drawing thread", 100 * _bare_cpu(runs[0][1].written), "% of a core", series=series, at=at)


def _run() -> list[Cost]:
    """One call without a screen and one on each size of it, side by side."""
    with ExitStack() as stack:
        screens = []
        for options, (width, height) in ((["--plain"], SIZES[0]), *(([], size) for size in SIZES)):
            calls = stack.enter_context(TemporaryDirectory())
            command = [sys.executable, "-m", "monitor", "live", "--from", str(sample.CALL), "--calls", calls]
            screens.append(open_screen([*command, "--model", "none", *options], width, height))
            stack.callback(screens[-1].end)
        time.sleep(FIRST_S)
        pids = [screen.process.pid for screen in screens]
        from_s = time.monotonic()
        before = [(cpu_s(pid), thread_time(pid).worked_s) for pid in pids]
        time.sleep(COUNTED_S)
        after = [(cpu_s(pid), thread_time(pid).worked_s) for pid in pids]
        written = [
            tuple(piece for piece in screen.written if 0 <= piece.at_s - from_s < COUNTED_S) for screen in screens
        ]
    return [
        Cost((then[0] - now[0]) / COUNTED_S, (then[1] - now[1]) / COUNTED_S, pieces)
        for now, then, pieces in zip(before, after, written, strict=True)
    ]


def _bare_cpu(written: Sequence[Written]) -> float:
    """Share of a core that writing alone takes."""
    with TemporaryDirectory() as temporary:
        pieces, result = Path(temporary, "pieces"), Path(temporary, "result")
        pieces.mkdir()
        for piece in written:
            (pieces / f"{piece.at_s - written[0].at_s:012.7f}").write_bytes(piece.text)
        drain(*in_terminal([sys.executable, "-c", BARE, str(pieces), str(result)]))
        return float(result.read_text()) / COUNTED_S

"""Memory and CPU time of running programs, from Linux's /proc."""

import os
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from types import TracebackType
from typing import Self

EVERY_S = 0.1


class PeakMemory:
    """The most memory a process and its descendants have together, looked at ten times a second.

    Pages that several of them share count once, for each its part (PSS).
    """

    def __init__(self, pid: int) -> None:
        self.peak_mb = 0.0
        self._pid = pid
        self._over = Event()
        self._thread = Thread(target=self._watch, name="memory", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(EVERY_S):
            self.peak_mb = max(self.peak_mb, memory_mb(self._pid))


def memory_mb(pid: int) -> float:
    """What a process and its descendants have together now; shared pages count once (PSS)."""
    return sum(map(_memory_mb, descendants(pid)))


def descendants(pid: int) -> list[int]:
    """A process and all it has started that still run."""
    found = [pid]
    for one in found:
        for children in Path(f"/proc/{one}/task").glob("*/children"):
            found += map(int, _read(children).split())
    return found


def cpu_s(pid: int) -> float:
    """CPU seconds so far of a process that runs, all its threads together."""
    user, system = _read(Path(f"/proc/{pid}/stat")).rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class ThreadTime:
    """What a thread has done so far, in seconds; the rest of its time it has slept or waited for another thread."""

    worked_s: float
    """On a core."""
    queued_s: float
    """Ready to work, but all cores were taken."""


def thread_time(pid: int, thread: int | None = None) -> ThreadTime:
    """Times of a thread of a process that runs, the first one if none is named."""
    worked, queued, _ = map(int, _read(Path(f"/proc/{pid}/task/{thread or pid}/schedstat")).split())
    return ThreadTime(worked / 1e9, queued / 1e9)


def _memory_mb(pid: int) -> float:
    lines = _read(Path(f"/proc/{pid}/smaps_rollup")).splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii", errors="replace")
    except OSError:  # it has ended just now
        return ""

"""Measures many parts one after the other, or two at a time: each in a process and within a time of its own."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import IO

LONGEST_MIN = 20.0
"""A part that takes longer is ended; one that shares the machine with another may take twice as long."""
AT_ONCE = 2
LOOK_S = 0.2
GRACE_S = 15.0
"""For a part that is asked to end."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Which parts are measured alone, and which beside each other."""

    alone: Sequence[str]
    side_by_side: Sequence[str]


@dataclass(frozen=True, slots=True)
class Ran:
    """A part that has ended."""

    part: str
    took_min: float
    why: str
    """Why there are no figures of it; empty if there are."""


def measure_all(
    plan: Plan,
    options: Sequence[str],
    after_each: Callable[[], None] | None = None,
    longest_min: float = LONGEST_MIN,
) -> dict[str, str]:
    """Measure all parts of a plan and print how long each took.

    Args:
        plan: the parts.
        options: of the command that measures one.
        after_each: called whenever a part has new figures.
        longest_min: so long each may take.

    Returns:
        By part, why there are no figures of it; empty if there are.
    """
    ended: list[Ran] = []
    for parts, at_once in ((plan.side_by_side, AT_ONCE), (plan.alone, 1)):
        for ran in _run(parts, options, at_once, longest_min):
            ended.append(ran)
            if ran.why:
                print(f"\n{ran.part} has no figures: {ran.why} See more with python -m bench {ran.part}.", flush=True)
            elif after_each:
                after_each()
    print("\nTime:", *(f"{ran.part} {ran.took_min:.1f}," for ran in ended), end=" ")
    print(f"parts together {sum(ran.took_min for ran in ended):.1f} min.", flush=True)
    return {ran.part: ran.why for ran in ended}


@dataclass(frozen=True, slots=True)
class _Running:
    part: str
    process: subprocess.Popen[bytes]
    began_s: float
    figures: IO[bytes] | None
    """What it prints, if it is not alone; else that is seen as it comes."""
    errors: IO[bytes]

    @property
    def took_min(self) -> float:
        return (time.monotonic() - self.began_s) / 60

    def end(self) -> None:
        """End it and whatever it has started."""
        for what in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(self.process.pid, what)
                self.process.wait(GRACE_S)
            except (ProcessLookupError, subprocess.TimeoutExpired):
                continue

    def ran(self, why: str = "") -> Ran:
        """How it ended; shows what it printed."""
        if self.figures:
            self.figures.seek(0)
            sys.stdout.write(self.figures.read().decode(errors="replace"))
        self.errors.seek(0)
        lines = self.errors.read().decode(errors="replace").rstrip().splitlines()
        if self.process.returncode and not why:
            why = lines[-1].strip() if lines else f"it ended with exit status {self.process.returncode}."
        elif not why:
            print(*lines, sep="\n", file=sys.stderr, end="\n" * bool(lines))
        return Ran(self.part, self.took_min, why)


def _run(parts: Sequence[str], options: Sequence[str], at_once: int, longest_min: float) -> Iterator[Ran]:
    """Run so many parts at a time; yield each when it has ended."""
    waiting, running = list(parts), list[_Running]()
    with ExitStack() as stack:
        stack.callback(lambda: [one.end() for one in running])
        while waiting or running:
            while waiting and len(running) < at_once:
                running.append(_started(waiting.pop(0), options, stack, alone=at_once == 1))
            for one in list(running):
                if one.process.poll() is not None:
                    running.remove(one)
                    if one.process.returncode:
                        one.end()
                    yield one.ran()
                elif one.took_min > at_once * longest_min:
                    running.remove(one)
                    one.end()
                    yield one.ran(f"it took longer than {at_once * longest_min:.0f} minutes and was ended.")
            time.sleep(LOOK_S)


def _started(part: str, options: Sequence[str], stack: ExitStack, *, alone: bool) -> _Running:
    figures = None if alone else stack.enter_context(tempfile.TemporaryFile())  # noqa: SIM115 - the stack is one
    errors = stack.enter_context(tempfile.TemporaryFile())  # noqa: SIM115 - as above
    beside = [] if alone else ["--beside"]
    command = [sys.executable, "-m", "bench", *options, *beside, part]
    process = subprocess.Popen(command, stdout=figures, stderr=errors, start_new_session=True)
    return _Running(part, process, time.monotonic(), figures, errors)

"""How far a run over many recordings is and when it will end: as a bar on a terminal, else as a line every minute."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol

import click

from monitor.base.terminal import say, shows_progress

if TYPE_CHECKING:
    from click._termui_impl import ProgressBar

EVERY_S = 60.0
"""How often a line says how far a run is, where there is no terminal."""
SOON_S = 5.0
"""Before that, the pace is that of programs that start."""

_CLEAR_LINE = "\r\x1b[2K"


@dataclass(slots=True)
class Pace:
    """How far a run is, and when it ends."""

    total: int
    done: int = 0
    failed: int = 0
    began_s: float = 0.0

    def line(self, now_s: float, now: datetime) -> str:
        """Such as "312 of 1,000 recordings, 2 failed; ends at about 16:42".

        Args:
            now_s: seconds of the clock that gave `began_s`.
            now: the time.
        """
        failed = f", {self.failed} failed" if self.failed else ""
        return f"{self.done:,} of {self.total:,} recordings{failed}{self.end(now_s, now)}"

    def end(self, now_s: float, now: datetime) -> str:
        """Half a sentence on when the run ends; empty while that is not known."""
        took_s = now_s - self.began_s
        if not self.done or took_s < SOON_S or self.done == self.total:
            return ""
        ends = now + timedelta(seconds=took_s / self.done * (self.total - self.done))
        return f"; ends at about {ends:%H:%M}" + (f" on {ends:%Y-%m-%d}" if ends.date() != now.date() else "")


class Step(Protocol):
    """Takes each recording that has ended."""

    def __call__(self, *, failed: bool, sentence: str = "") -> None:
        """Count it, and print what is to be said of it."""


@contextmanager
def paced(total: int, clock: Callable[[], float] = time.monotonic) -> Iterator[Step]:
    """What takes each recording of a run, and shows how far the run is.

    Args:
        total: recordings of the run.
        clock: gives seconds.
    """
    pace = Pace(total, began_s=clock())
    said_s = pace.began_s
    bar: ProgressBar[int]
    with click.progressbar(
        length=max(total, 1),
        label="recordings",
        show_eta=False,
        show_pos=True,
        item_show_func=lambda _: pace.end(clock(), datetime.now().astimezone()).removeprefix("; "),
        file=sys.stderr,
        hidden=not shows_progress(),
    ) as bar:

        def step(*, failed: bool, sentence: str = "") -> None:
            nonlocal said_s
            pace.done += 1
            pace.failed += failed
            if sentence:
                if shows_progress():
                    click.echo(_CLEAR_LINE, nl=False, err=True)  # the bar is drawn again below
                say(sentence, err=True)
            bar.update(1)
            if not shows_progress() and clock() - said_s >= EVERY_S:
                said_s = clock()
                say(pace.line(said_s, datetime.now().astimezone()), err=True)

        yield step

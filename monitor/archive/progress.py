"""Tells people and programs how a run over an archive goes."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import click
import msgspec

from monitor.archive.batch import Counts, Result, Tell
from monitor.archive.unit import Failed
from monitor.base.counts import count
from monitor.base.terminal import say, show, shows_progress

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


@contextmanager
def told(total: int, *, as_lines: bool, clock: Callable[[], float] = time.monotonic) -> Iterator[Tell]:
    """What takes each result of a run: it prints failures, how far the run is, and JSON lines if they are wanted.

    Args:
        total: recordings that are to be worked.
        as_lines: print a JSON line for each on the standard output.
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

        def tell(result: Result) -> None:
            nonlocal said_s
            pace.done += 1
            pace.failed += isinstance(result, Failed)
            if sentence := _sentence(result):
                if shows_progress():
                    click.echo(_CLEAR_LINE, nl=False, err=True)  # the bar is drawn again below
                say(sentence, err=True)
            if as_lines:
                show(_line(result))
            bar.update(1)
            if not shows_progress() and clock() - said_s >= EVERY_S:
                said_s = clock()
                say(pace.line(said_s, datetime.now().astimezone()), err=True)

        yield tell


def summary(counts: Counts, lake: str, calls: int) -> Iterator[str]:
    """What a run has done, in sentences.

    Args:
        counts: how its recordings ended.
        lake: its folder.
        calls: how many rows it has now.
    """
    parts = (
        (counts.worked, "analyzed"),
        (counts.rewritten, "with corrected metadata"),
        (counts.known, "in the lake before"),
        (counts.elsewhere, "being analyzed by another run"),
        (counts.too_old, "past the retention period"),
        (counts.failed, "failed"),
        (counts.not_begun, "not begun"),
    )
    ended = ", ".join(f"{number:,} {what}" for number, what in parts if number) or "none to analyze"
    yield f"Recordings: {ended}. The lake {lake} has {calls:,} call{'' if calls == 1 else 's'}."
    if counts.too_old:
        yield "To analyze those past the retention period, raise retention.numbers_days in the settings."
    if counts.failed_before:
        yield f"Not tried: {count(counts.failed_before, 'recording')} that failed before. --retry tries them again."
    if counts.stopped:
        yield "Stopped: no recording is to blame for the last failures. Solve what they say, then run this again."


def _sentence(result: Result) -> str:
    if not isinstance(result, Failed):
        return result.remark
    # What is wrong with a recording names it; what is wrong with the lake does not.
    return result.sentence if result.lasting else f"{result.name}: {result.sentence}"


def _line(result: Result) -> bytes:
    values: dict[str, object] = {"version": 1, "recording": result.name}
    if isinstance(result, Failed):
        values |= {"outcome": "failed", "failed": result.sentence}
    else:
        values |= {"outcome": result.how, "call": result.call, "duration_s": round(result.duration_s, 3)}
        values |= {"remark": result.remark} if result.remark else {}
    return msgspec.json.encode(values) + b"\n"

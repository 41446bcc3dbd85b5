"""Tells people and programs how a run over an archive goes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import msgspec

from monitor.archive.batch import Counts, Result, Tell
from monitor.archive.unit import Failed
from monitor.base.counts import count
from monitor.base.pace import paced
from monitor.base.terminal import show


@contextmanager
def told(total: int, *, as_lines: bool, clock: Callable[[], float] = time.monotonic) -> Iterator[Tell]:
    """What takes each result of a run: it prints failures, how far the run is, and JSON lines if they are wanted.

    Args:
        total: recordings that are to be worked.
        as_lines: print a JSON line for each on the standard output.
        clock: gives seconds.
    """
    with paced(total, clock) as step:

        def tell(result: Result) -> None:
            if as_lines:
                show(_line(result))
            step(failed=isinstance(result, Failed), sentence=_sentence(result))

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

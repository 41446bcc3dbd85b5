"""Many recordings: found, analysed one after another or in parallel, and printed. A bad file does not stop the rest."""

from __future__ import annotations

import multiprocessing
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from audio.files import headerless
from audio.files.encoding import SoundError
from monitor.base.failures import EXPECTED
from monitor.base.terminal import printable, say, say_all, show, shows_progress
from monitor.call.analysis import Analysis
from monitor.call.text import summary
from monitor.recordings.one import Analyzed, OnProgress
from monitor.recordings.recorded_call import RecordedCall, fault_of_ours

if TYPE_CHECKING:
    from click._termui_impl import ProgressBar

_SUFFIXES = (
    ".3gp .aac .aif .aifc .aiff .amr .asf .au .awb .caf .flac .gsm .m4a .m4b .mka .mkv .mov .mp3 .mp4 .oga .ogg .opus "
    ".rf64 .snd .w64 .wav .webm .wma"
)
SUFFIXES = frozenset(_SUFFIXES.split()) | headerless.SUFFIXES.keys()
"""Files in a folder with these suffixes count as recordings."""
BESIDE = frozenset({".csv", ".json", ".jsonl", ".parquet", ".toml"})
"""Files that say who was recorded."""

PATIENCE_S = 600.0
PATIENCE_TIMES = 20.0
"""A recording may take this many times its length plus ten minutes; then it is given up."""

Work = Callable[..., Analyzed]
"""Analyses a recorded call; takes `progress`."""


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one recorded call."""

    call: RecordedCall
    analyzed: Analyzed | None
    """None if it failed."""
    sentence: str = ""
    """What went wrong."""


@dataclass(slots=True)
class Counts:
    """How the calls of a run ended."""

    saved: int = 0
    earlier: int = 0
    """That were saved before."""
    failed: int = 0


def run(  # noqa: PLR0913 - how to work, and how to tell
    calls: Sequence[RecordedCall],
    work: Work,
    *,
    as_json: bool,
    several: bool,
    jobs: int,
    done: Callable[[Analysis], object] = lambda _: None,
) -> Counts:
    """Analyse recorded calls and print the results.

    Args:
        calls: what is to be analysed.
        work: analyses one; it must be picklable for more than one job.
        as_json: print JSON.
        several: print an array rather than one object.
        jobs: how many to analyse at once.
        done: called with each analysis of a call that was not saved before.
    """
    results = _side_by_side(calls, work, jobs) if jobs > 1 else _one_by_one(calls, work)
    counts = Counts()
    objects: list[bytes] = []
    for result in results:
        _count(result, counts)
        analyzed = result.analyzed
        if not analyzed or not analyzed.analysis:
            continue
        if not analyzed.earlier:
            done(analyzed.analysis)
        if as_json:
            objects.append(analyzed.analysis.to_json())
        else:
            say_all((*summary(analyzed.analysis), *_place(analyzed), ""))
    joined = b",\n".join(objects)
    if as_json and several:
        show(b"[" + joined + b"]\n")
    elif joined:
        show(joined + b"\n")
    return counts


def _count(result: Result, counts: Counts) -> None:
    """Count how a call ended, and say so where it was not saved."""
    if result.sentence:
        counts.failed += 1
        say(result.sentence, err=True)
    if result.analyzed and result.analyzed.earlier:
        counts.earlier += 1
        known, unlike = result.analyzed.earlier, ", ".join(result.analyzed.unlike)
        say(f"{result.call.name} is already analysed as {known}. To save it again, use --again.", err=True)
        if unlike:
            say(
                f"What is said of it now is not in that call: {unlike}. Use `tone-monitor call edit {known}`.", err=True
            )
    elif result.analyzed and result.analyzed.folder:
        counts.saved += 1


def recordings(path: Path) -> list[Path]:
    """The file itself, or all recordings in a folder and below, sorted by name."""
    if not path.is_dir():
        return [path]
    found = sorted(file for file in path.rglob("*") if file.suffix.lower() in SUFFIXES and file.is_file())
    if not found:
        raise SoundError(f"{path} holds no recordings. Choose a file, or a folder with recordings.")
    return found


def passed_over(path: Path) -> int:
    """How many files of a folder are neither recordings nor say who was recorded."""
    if not path.is_dir():
        return 0
    files = (file for file in path.rglob("*") if file.is_file() and not file.name.startswith("."))
    return sum(file.suffix.lower() not in SUFFIXES | BESIDE for file in files)


def attempt(
    work: Work,
    call: RecordedCall,
    progress: OnProgress = lambda *_: None,
    *,
    clock: Callable[[], float] = time.monotonic,
) -> Result:
    """Analyse one recorded call; an expected failure becomes its sentence."""
    try:
        analyzed = work(call, progress=_patient(call, progress, clock))
    except EXPECTED as error:
        return Result(call, None, str(error))
    except Exception as error:  # noqa: BLE001 - a fault of ours costs this recording, and not the others
        return Result(call, None, fault_of_ours(call.name, error))
    # A gap of no length is where a recording breaks off; one with a length is left out on purpose.
    gaps = analyzed.analysis.gaps if analyzed.analysis else ()
    broken = next((gap.why for gap in gaps if gap.what == "sound" and gap.start_s == gap.end_s), "")
    return Result(call, analyzed, broken)


def _place(analyzed: Analyzed) -> Iterator[str]:
    if analyzed.folder and not analyzed.earlier:
        day = analyzed.folder.parent
        yield f"Saved as {day.name}/{analyzed.folder.name} in {day.parent}"


def _patient(call: RecordedCall, progress: OnProgress, clock: Callable[[], float]) -> OnProgress:
    """Pass progress on until a recording has taken far too long for its length."""
    began_s = clock()

    def patient(heard_s: float, duration_s: float) -> None:
        if clock() - began_s > PATIENCE_S + PATIENCE_TIMES * duration_s:
            raise SoundError(
                f"Gave up on {call.files[0]} after {PATIENCE_TIMES:g} times its length. Split it, or choose a smaller "
                "--model."
            )
        progress(heard_s, duration_s)

    return patient


def _one_by_one(calls: Sequence[RecordedCall], work: Work) -> Iterator[Result]:
    for call in calls:
        with click.progressbar(
            length=1, label=printable(call.name), file=sys.stderr, hidden=not shows_progress()
        ) as bar:
            result = attempt(work, call, partial(_advance, bar))
        yield result


def _advance(bar: ProgressBar[int], heard_s: float, duration_s: float) -> None:
    bar.length = max(1, round(duration_s))
    bar.update(int(heard_s) - bar.pos)


def _side_by_side(calls: Sequence[RecordedCall], work: Work, jobs: int) -> Iterator[Result]:
    with (
        ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn")) as pool,
        click.progressbar(
            pool.map(partial(attempt, work), calls),
            len(calls),
            "recordings",
            file=sys.stderr,
            hidden=not shows_progress(),
        ) as results,
    ):
        yield from results

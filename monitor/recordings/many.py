"""Many recordings: found, analysed one after another or in parallel, and printed. A bad file does not stop the rest."""

from __future__ import annotations

import multiprocessing
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from audio.files.encoding import SoundError
from monitor.base.failures import EXPECTED
from monitor.base.terminal import printable, say, say_all, show
from monitor.call.analysis import Analysis
from monitor.call.text import summary
from monitor.recordings.one import OnProgress

if TYPE_CHECKING:
    from click._termui_impl import ProgressBar

SUFFIXES = frozenset(
    {".aac", ".aif", ".aiff", ".au", ".flac", ".m4a", ".mka", ".mp3", ".mp4", ".oga", ".ogg", ".opus", ".wav", ".webm"}
)
"""Files in a folder with these suffixes count as recordings."""

PATIENCE_S = 600.0
PATIENCE_TIMES = 20.0
"""A recording may take this many times its length plus ten minutes; then it is given up."""

Work = Callable[..., Analysis]
"""Analyses the recording at a path; takes `progress`."""
Result = tuple[Analysis | None, str | None]
"""The analysis, and the sentence to be printed; either may be missing."""


def run(paths: Sequence[Path], work: Work, *, as_json: bool, jobs: int) -> bool:
    """Analyse recordings and print the results; return whether all of them succeeded.

    Args:
        paths: files, and folders whose recordings are all analysed.
        work: analyses one recording; it must be picklable for more than one job.
        as_json: print one JSON object, or an array of them for more than one recording.
        jobs: how many to analyse at once.

    Raises:
        SoundError: a folder holds no recordings.
    """
    files = [file for path in paths for file in recordings(path)]
    results = _side_by_side(files, work, jobs) if jobs > 1 else _one_by_one(files, work)
    analyses: list[Analysis] = []
    well = True
    for analysis, sentence in results:
        if sentence:
            well = False
            say(sentence, err=True)
        if analysis and not as_json:
            say_all((*summary(analysis), ""))
        elif analysis:
            analyses.append(analysis)
    objects = b",\n".join(analysis.to_json() for analysis in analyses)
    if as_json and len(files) > 1:
        show(b"[" + objects + b"]\n")
    elif objects:
        show(objects + b"\n")
    return well


def recordings(path: Path) -> list[Path]:
    """The file itself, or all recordings in a folder and below, sorted by name."""
    if not path.is_dir():
        return [path]
    found = sorted(file for file in path.rglob("*") if file.suffix.lower() in SUFFIXES and file.is_file())
    if not found:
        raise SoundError(f"{path} holds no recordings. Choose a file, or a folder with recordings.")
    return found


def attempt(
    work: Work,
    path: Path,
    progress: OnProgress = lambda *_: None,
    *,
    clock: Callable[[], float] = time.monotonic,
) -> Result:
    """Analyse one recording; an expected failure becomes its sentence."""
    try:
        analysis = work(path, progress=_patient(path, progress, clock))
    except EXPECTED as error:
        return None, str(error)
    # A gap of no length is where a recording breaks off; one with a length is left out on purpose.
    return analysis, next((gap.why for gap in analysis.gaps if gap.what == "sound" and gap.start_s == gap.end_s), None)


def _patient(path: Path, progress: OnProgress, clock: Callable[[], float]) -> OnProgress:
    """Pass progress on until a recording has taken far too long for its length."""
    began_s = clock()

    def patient(heard_s: float, duration_s: float) -> None:
        if clock() - began_s > PATIENCE_S + PATIENCE_TIMES * duration_s:
            raise SoundError(
                f"Gave up on {path} after {PATIENCE_TIMES:g} times its length. Split it, or choose a smaller --model."
            )
        progress(heard_s, duration_s)

    return patient


def _one_by_one(files: Sequence[Path], work: Work) -> Iterator[Result]:
    for file in files:
        with click.progressbar(
            length=1, label=printable(file.name), file=sys.stderr, hidden=not sys.stderr.isatty()
        ) as bar:
            result = attempt(work, file, partial(_advance, bar))
        yield result


def _advance(bar: ProgressBar[int], heard_s: float, duration_s: float) -> None:
    bar.length = max(1, round(duration_s))
    bar.update(int(heard_s) - bar.pos)


def _side_by_side(files: Sequence[Path], work: Work, jobs: int) -> Iterator[Result]:
    with (
        ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn")) as pool,
        click.progressbar(
            pool.map(partial(attempt, work), files),
            len(files),
            "recordings",
            file=sys.stderr,
            hidden=not sys.stderr.isatty(),
        ) as results,
    ):
        yield from results

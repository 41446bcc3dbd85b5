"""Many recordings: found, analysed one after another or in parallel, and printed. A bad file does not stop the rest."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click
import msgspec

from audio.files import headerless
from audio.files.encoding import SoundError
from monitor.base.failures import EXPECTED
from monitor.base.pace import paced
from monitor.base.terminal import printable, say, say_all, show, shows_progress
from monitor.base.workers import Lost, side_by_side
from monitor.call.analysis import Analysis
from monitor.call.text import summary
from monitor.recordings.one import Analyzed, OnProgress
from monitor.recordings.patience import Patience
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

Form = Literal["text", "json", "jsonl"]
"""How results are printed: for people, as one JSON object or array at the end, or as a JSON line as each file ends."""

Work = Callable[..., Analyzed]
"""Analyses a recorded call; takes `progress`."""

_PATIENCE = Patience()


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
    past: int = 0
    """That are past their retention period."""
    failed: int = 0


def run(  # noqa: PLR0913 - how to work, and how to tell
    calls: Sequence[RecordedCall],
    work: Work,
    *,
    form: Form,
    several: bool,
    jobs: int,
    patience: Patience = _PATIENCE,
    done: Callable[[Analysis], object] = lambda _: None,
) -> Counts:
    """Analyse recorded calls and print the results.

    Args:
        calls: what is to be analysed.
        work: analyses one; it must be picklable for more than one job.
        form: how to print.
        several: with "json", print an array rather than one object.
        jobs: how many to analyse at once.
        patience: how long each may take.
        done: called with each analysis of a call that was not saved before.
    """
    attempts = partial(attempt, work, patience=patience)
    results = _side_by_side(calls, attempts, jobs, patience) if jobs > 1 else _one_by_one(calls, attempts)
    counts = Counts()
    objects: dict[int, bytes] = {}
    for number, result in results:
        _count(result, counts)
        found = result.analyzed.analysis if result.analyzed else None
        if found and not (result.analyzed and result.analyzed.earlier):
            done(found)
        match form:
            case "json" if found:
                objects[number] = found.to_json()
            case "jsonl" if found or result.sentence:
                show((found.to_json() if found else _failed(result)) + b"\n")
            case "text" if found:
                say_all((*summary(found), *_place(result.analyzed), ""))
    joined = b",\n".join(objects[number] for number in sorted(objects))
    if form == "json" and several:
        show(b"[" + joined + b"]\n")
    elif joined:
        show(joined + b"\n")
    return counts


def _failed(result: Result) -> bytes:
    """The line of a recording without an analysis."""
    return msgspec.json.encode({"version": 1, "call": {"source": result.call.name}, "failed": result.sentence})


def _count(result: Result, counts: Counts) -> None:
    """Count how a call ended, and say so where it was not saved."""
    if result.sentence:
        counts.failed += 1
        say(result.sentence, err=True)
    if result.analyzed and result.analyzed.past:
        counts.past += 1
    elif result.analyzed and result.analyzed.earlier:
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
    patience: Patience = _PATIENCE,
    clock: Callable[[], float] = time.monotonic,
) -> Result:
    """Analyse one recorded call; an expected failure becomes its sentence."""
    try:
        analyzed = work(call, progress=patience.gives_up(call.files[0], progress, clock))
    except EXPECTED as error:
        return Result(call, None, str(error))
    except Exception as error:  # noqa: BLE001 - a fault of ours costs this recording, and not the others
        return Result(call, None, fault_of_ours(call.name, error))
    # A gap of no length is where a recording breaks off; one with a length is left out on purpose.
    gaps = analyzed.analysis.gaps if analyzed.analysis else ()
    broken = next((gap.why for gap in gaps if gap.what == "sound" and gap.start_s == gap.end_s), "")
    return Result(call, analyzed, broken)


def sentence_of(name: str, lost: Lost) -> str:
    """What to say of a recording that took its worker down.

    Args:
        name: of the recording.
        lost: how.
    """
    if lost.how == "hung":
        return f"Gave up on {name} {lost.why}, twice. Convert it to WAV, or raise the limit with --timeout."
    return f"{name} ended the process that analyzed it, twice ({lost.why}). Convert it to WAV, or report it."


def _place(analyzed: Analyzed | None) -> Iterator[str]:
    if analyzed and analyzed.folder and not analyzed.earlier:
        day = analyzed.folder.parent
        yield f"Saved as {day.name}/{analyzed.folder.name} in {day.parent}"


def _one_by_one(calls: Sequence[RecordedCall], attempts: Callable[..., Result]) -> Iterator[tuple[int, Result]]:
    for number, call in enumerate(calls):
        with click.progressbar(
            length=1, label=printable(call.name), file=sys.stderr, hidden=not shows_progress()
        ) as bar:
            result = attempts(call, progress=partial(_advance, bar))
        yield number, result


def _advance(bar: ProgressBar[int], heard_s: float, duration_s: float) -> None:
    bar.length = max(1, round(duration_s))
    bar.update(int(heard_s) - bar.pos)


def _side_by_side(
    calls: Sequence[RecordedCall], attempts: Callable[..., Result], jobs: int, patience: Patience
) -> Iterator[tuple[int, Result]]:
    work = partial(_numbered, attempts)
    with (
        closing(side_by_side(enumerate(calls), work, min(jobs, len(calls)), patience.killed_after_s)) as ends,
        paced(len(calls)) as step,
    ):
        for (number, call), found in ends:
            result = Result(call, None, sentence_of(call.name, found)) if isinstance(found, Lost) else found
            step(failed=bool(result.sentence))
            yield number, result


def _numbered(attempts: Callable[..., Result], numbered: tuple[int, RecordedCall], progress: OnProgress) -> Result:
    return attempts(numbered[1], progress=progress)

"""One run over an archive: what is left is worked, by whichever engine, and every recording ends in the history."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime

from monitor.archive.errors import LakeError
from monitor.archive.history import History, RunLog, Start, read_history
from monitor.archive.key import digest
from monitor.archive.lake import Lake
from monitor.archive.packing import remove
from monitor.archive.shard import Shard
from monitor.archive.unit import Done, Failed, Unit, mark_of, recording_id
from monitor.base.workers import Lost
from monitor.recordings.many import sentence_of

Result = Done | Failed
Engine = Callable[[Iterable[Unit]], Generator[tuple[Unit, Result | Lost], None, None]]
"""Works units anywhere, takes them as it needs them, and gives each with its result as it ends."""
Tell = Callable[[Result], object]

MOST_FAULTS = 3
"""So many failures one after the other that no recording is to blame for end the run: the lake's disk may be full."""


@dataclass(frozen=True, slots=True)
class Todo:
    """What a run has to do."""

    units: tuple[Unit, ...]
    known: int
    """Recordings whose rows are in the lake already, by the history."""
    failed_before: int
    """Recordings that would fail again."""
    calls: Mapping[str, str]
    """By recording: the call that it was before."""


@dataclass(slots=True)
class Counts:
    """How the recordings of a run ended."""

    worked: int = 0
    rewritten: int = 0
    known: int = 0
    elsewhere: int = 0
    """That another run is working on."""
    too_old: int = 0
    """That are past their retention period."""
    failed: int = 0
    broken: int = 0
    """That are in the lake as far as their files can be read."""
    failed_before: int = 0
    not_begun: int = 0
    """That are left, as the run was stopped."""
    _faults: int = field(default=0, repr=False)

    @property
    def stopped(self) -> bool:
        """Whether to begin no other: the fault is not in the recordings."""
        return self._faults >= MOST_FAULTS

    def add(self, result: Result) -> None:
        """Count a unit that has ended."""
        self._faults = self._faults + 1 if isinstance(result, Failed) and not result.lasting else 0
        if isinstance(result, Failed):
            self.failed += 1
        else:
            name = result.how.replace(" ", "_")
            setattr(self, name, getattr(self, name) + 1)
            self.broken += bool(result.remark)


def todo(units: Iterable[Unit], lake: Lake, *, retry: bool) -> Todo:
    """Which units have to be worked, as far as that is known without opening their files.

    Args:
        units: of a shard.
        lake: that is filled.
        retry: whether those that failed before are tried again, though nothing about them has changed.

    Raises:
        LakeError: the lake can't be read.
        ModelError: the model cannot be found.
        RuleError: a rule file is wrong.
    """
    history, present = read_history(lake), lake.present()
    left: list[Unit] = []
    known = failed = 0
    for unit in units:
        recording, mark = recording_id(lake.secret, unit.name), mark_of(lake.secret, unit)
        if not unit.options.again and _is_done(recording, mark, history, present):
            known += 1
        elif not retry and _would_fail(recording, mark, history):
            failed += 1
        else:
            left.append(unit)
    return Todo(tuple(left), known, failed, history.calls)


def run(  # noqa: PLR0913 - what to work, where, and how to tell
    work: Todo, lake: Lake, engine: Engine, tell: Tell, *, archive: Sequence[str], shard: Shard
) -> Counts:
    """Work what is left.

    Args:
        work: what has to be done.
        lake: that is filled.
        engine: works the units.
        tell: called with each result as it ends.
        archive: the files and folders that were given, the same for every shard.
        shard: the part of the archive that this run works.

    Raises:
        LakeError: the history can't be written.
        WorkersError: no worker can be started.
    """
    counts = Counts(known=work.known, failed_before=work.failed_before)
    lake.tidy()
    start = Start(
        started=datetime.now(UTC),
        shard=str(shard),
        archive=digest(lake.secret, "archive", *sorted(archive)),
        planned=tuple(recording_id(lake.secret, unit.name) for unit in work.units),
    )
    with RunLog(lake, start) as log:
        elsewhere: list[Unit] = []
        for unit, result in _results(work.units, lake, engine, counts):
            if isinstance(result, Done) and result.how == "elsewhere":
                elsewhere.append(unit)
                continue
            _take(_settled(result, work, lake), counts, log, tell)
        for _, result in _results(elsewhere, lake, engine, counts):  # by now, the other run may be done
            _take(_settled(result, work, lake), counts, log, tell)
    return counts


def _take(result: Result, counts: Counts, log: RunLog, tell: Tell) -> None:
    counts.add(result)
    if isinstance(result, Failed) or result.how != "elsewhere":
        log.note(result)
    tell(result)


def _settled(result: Result, work: Todo, lake: Lake) -> Result:
    """The result once the row is gone that the recording had with the sound it held before.

    Such as that of a copy that was not complete; left in the lake, the recording would be two calls.
    """
    before = work.calls.get(result.recording)
    if not before or isinstance(result, Failed) or result.call in {"", before}:
        return result
    try:
        row = lake.row(before, ("recording",))
        if row and row["recording"] == result.recording:
            remove(lake, {before})
    except LakeError as error:
        return Failed(result.name, result.recording, str(error), result.mark, lasting=False)
    return result


def _results(units: Sequence[Unit], lake: Lake, engine: Engine, counts: Counts) -> Iterator[tuple[Unit, Result]]:
    if not units:
        return
    begun = 0

    def as_needed() -> Iterator[Unit]:
        nonlocal begun
        for unit in units:
            if counts.stopped:
                return
            begun += 1
            yield unit

    with closing(engine(as_needed())) as ends:
        for unit, result in ends:
            yield unit, _lost(unit, lake, result) if isinstance(result, Lost) else result
    counts.not_begun += len(units) - begun


def _lost(unit: Unit, lake: Lake, lost: Lost) -> Failed:
    recording, mark = recording_id(lake.secret, unit.name), mark_of(lake.secret, unit)
    return Failed(unit.name, recording, sentence_of(unit.name, lost), mark)


def _is_done(recording: str, mark: str, history: History, present: set[str]) -> bool:
    done = history.done.get(recording)
    return done is not None and done.mark == mark and done.call in present


def _would_fail(recording: str, mark: str, history: History) -> bool:
    failed = history.failed.get(recording)
    return failed is not None and failed.mark == mark and failed.lasting

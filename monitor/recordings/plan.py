"""What is to be analysed: files by calls, with all that is known of each, and what was found wrong before."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path

from audio.files.names import text_of
from monitor.base.errors import MonitorError
from monitor.recordings.known import Known, merged
from monitor.recordings.metadata import Metadata, read_metadata
from monitor.recordings.names import NamePattern
from monitor.recordings.pairs import in_calls
from monitor.recordings.recorded_call import RecordedCall, fault_of_ours
from monitor.recordings.sidecar import from_sidecar
from monitor.recordings.tags import from_tags

SOME = 5
"""Names that a remark about many recordings gives."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """Where it is looked up what is known of recordings; what stands first counts."""

    given: Known = field(default_factory=Known)
    """By whoever imports them, of all of them."""
    table: Path | None = None
    """With a row a recording."""
    pattern: NamePattern | None = None
    """How they are named."""
    file_date: bool = False
    """Whether a recording that nobody knows a date of started when its file was last changed."""
    tags: bool = True
    """Whether the tags of recordings that nobody knows a date of are read now, and not by `dated`."""
    pairs: bool = True
    """Whether two files that are named like the sides of a call are one."""
    customer_file: Path | None = None
    """The other side of the one recording, whatever the names."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be analysed."""

    calls: tuple[RecordedCall, ...]
    faults: tuple[str, ...] = ()
    """A sentence for each call that is left out, as what is said of it can't be used."""
    remarks: tuple[str, ...] = ()
    """Sentences about what else was noticed."""


def plan(files: Sequence[Path], sources: Sources, wanted: Callable[[tuple[Path, ...]], bool] = lambda _: True) -> Plan:
    """Find out what is known of recordings.

    Args:
        files: the recordings.
        sources: where it is looked up, first to last: what was given, the row of the table, the file beside it, its
            name, its own tags.
        wanted: whether a call of these files is looked at; others are not, but their rows count as used.

    Raises:
        MetadataError: the table can't be read.
    """
    in_files = list(_in_calls(files, sources))
    table = read_metadata(sources.table, in_files) if sources.table else None
    calls: list[RecordedCall] = []
    faults: list[str] = []
    unread: list[Path] = []
    for one in filter(wanted, in_files):
        try:
            calls.append(_call(one, sources, table, unread))
        except (MonitorError, ValueError) as error:
            faults.append(str(error))
        except Exception as error:  # noqa: BLE001 - a fault of ours costs this recording, and not the others
            faults.append(fault_of_ours(RecordedCall(one).name, error))
    return Plan(tuple(calls), tuple(faults), tuple(_remarks(sources, table, unread)))


def past_retention(calls: Iterable[RecordedCall], days: int, today: date) -> tuple[RecordedCall, ...]:
    """The calls of which nothing may be kept any more.

    Args:
        calls: that are to be imported.
        days: for how long anything of a call is kept.
        today: the date.
    """
    return tuple(call for call in calls if (age := _age_days(call, today)) is not None and age >= days)


def _age_days(call: RecordedCall, today: date) -> int | None:
    return (today - call.known.started.date()).days if call.known.started else None


def _in_calls(files: Sequence[Path], sources: Sources) -> Iterator[tuple[Path, ...]]:
    if sources.customer_file:
        return ((path, sources.customer_file) for path in files)
    return in_calls(files) if sources.pairs else ((path,) for path in dict.fromkeys(files))


def _call(files: tuple[Path, ...], sources: Sources, table: Metadata | None, unread: list[Path]) -> RecordedCall:
    known = [_known(path, sources, table, unread) for path in files]
    if apart := merged([sources.given, known[0]]).contradicts(merged([sources.given, known[-1]])):
        names = " and ".join(text_of(path.name) for path in files)
        advice = "Correct one." if sources.customer_file else "Correct one, or use --no-pairs."
        raise ValueError(f"{names} are one call, but differ in {', '.join(apart)}. {advice}")
    together = merged([sources.given, *known])
    starts = [one.started for one in known]
    if len(files) == 1 or sources.given.started or None in starts:
        return RecordedCall(files, together)
    agent, customer = (start for start in starts if start)
    together = replace(together, started=min(agent, customer))
    return RecordedCall(files, together, (customer - agent).total_seconds())


def _known(path: Path, sources: Sources, table: Metadata | None, unread: list[Path]) -> Known:
    """What is known of one file, besides what was given for all."""
    if table and path in table.faults:
        raise ValueError(table.faults[path])
    known = [table.known.get(path, Known())] if table else []
    known.append(from_sidecar(path))
    if sources.pattern:
        try:
            named = sources.pattern.read(path)
        except ValueError as error:
            raise ValueError(f"The name of {path}: {error}") from error
        if named is None:
            unread.append(path)
        known.append(named or Known())
    if sources.tags and not sources.given.started and not any(one.started for one in known):
        known.append(_date_of(path, file_date=sources.file_date))
    return merged(known)


def dated(call: RecordedCall, *, file_date: bool) -> RecordedCall:
    """The same call with the date that its files themselves have, if nobody knows another.

    Args:
        call: of `plan`, from sources without tags.
        file_date: whether it started when its file was last changed, if its tags say nothing.
    """
    if call.known.started:
        return call
    starts = [_date_of(path, file_date=file_date).started for path in call.files]
    known = replace(call.known, started=min(filter(None, starts), default=None))
    if len(starts) == 1 or None in starts:
        return replace(call, known=known)
    agent, customer = (start for start in starts if start)
    return replace(call, known=known, customer_late_s=(customer - agent).total_seconds())


def _date_of(path: Path, *, file_date: bool) -> Known:
    """What a file itself says about when it was recorded."""
    found = from_tags(path)
    if found.started or not file_date or not path.is_file():
        return found
    return Known(started=datetime.fromtimestamp(path.stat().st_mtime).astimezone().replace(microsecond=0))


def _remarks(sources: Sources, table: Metadata | None, unread: Sequence[Path]) -> Iterator[str]:
    if table:
        yield from table.remarks
    if table and table.without_row:
        yield f"{sources.table} has no row for {_some(table.without_row)}."
    if sources.pattern and unread:
        yield f"The name pattern {sources.pattern.name} does not fit {_some(unread)}."


def _some(paths: Sequence[Path]) -> str:
    names = ", ".join(text_of(path.name) for path in paths[:SOME])
    return names if len(paths) <= SOME else f"{names} and {len(paths) - SOME} more"

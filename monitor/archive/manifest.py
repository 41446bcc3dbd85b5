"""From files to units: the recorded calls of a shard, each with all that is needed to work it anywhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from audio.files.names import text_of
from monitor.archive.row import Openness
from monitor.archive.shard import Shard
from monitor.archive.unit import Unit
from monitor.recordings import many
from monitor.recordings.metadata import files_named
from monitor.recordings.one import AnalysisOptions
from monitor.recordings.plan import Sources, plan
from monitor.recordings.recorded_call import RecordedCall
from monitor.store.objects import StoredObject


@dataclass(frozen=True, slots=True)
class ArchivePlan:
    """What a shard is about."""

    units: tuple[Unit, ...]
    faults: tuple[str, ...]
    """A sentence for each call of the shard that is left out, as what is said of it can't be used."""
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitOptions:
    """What all units of a run share; see `Unit`."""

    analysis: AnalysisOptions
    lake: Path
    openness: Openness
    timeout_s: float | None = None
    file_date: bool = False
    oldest: date | None = None
    stored: Mapping[Path, StoredObject] = field(default_factory=dict)
    """The recordings that are in an object store, by the paths that stand for them."""


def places(paths: Sequence[Path], table: Path | None = None) -> Mapping[Path, str]:
    """The recordings of files and folders, each with its place in the archive, the same on every machine.

    The place is the path below the folder that was given, that folder's own name included; of a file that was given,
    its name. Where two would have one place, it is the whole path.

    Args:
        paths: files and folders.
        table: of metadata; without paths, the recordings are those it names, and their places are as it names them.

    Raises:
        SoundError: a folder holds no recordings.
        MetadataError: the table can't be read.
    """
    if table and not paths:
        return {file: text_of(named) for file, named in files_named(table).items()}
    found = dict(_below(paths))
    often = Counter(found.values())
    return {file: place if often[place] == 1 else text_of(file.as_posix()) for file, place in found.items()}


def _below(paths: Sequence[Path]) -> Iterator[tuple[Path, str]]:
    for path in paths:
        for file in many.recordings(path):
            below = path.absolute().name / file.relative_to(path) if path.is_dir() else Path(file.name)
            yield file, text_of(below.as_posix())


def archive_plan(files: Mapping[Path, str], sources: Sources, options: UnitOptions, shard: Shard) -> ArchivePlan:
    """The units of a shard.

    Args:
        files: recordings with their places, see `places`.
        sources: where it is looked up what is known of them.
        options: what all units share.
        shard: the part of the archive that is to be worked.

    Raises:
        MetadataError: the table of metadata can't be read.
    """
    planned = plan(list(files), replace(sources, tags=False), lambda call: shard.has(_name(call, files)))
    units = tuple(_unit(call, files, options) for call in planned.calls)
    return ArchivePlan(units, planned.faults, planned.remarks)


def _unit(call: RecordedCall, files: Mapping[Path, str], options: UnitOptions) -> Unit:
    return Unit(
        call=call,
        name=_name(call.files, files),
        revision=" ".join(_revisions(call.files, options.stored)),
        objects=tuple(options.stored[path] for path in call.files if path in options.stored),
        options=options.analysis,
        lake=options.lake,
        openness=options.openness,
        timeout_s=options.timeout_s,
        file_date=options.file_date,
        oldest=options.oldest,
    )


def _name(call: Iterable[Path], files: Mapping[Path, str]) -> str:
    return " + ".join(files[path] for path in call)


def _revisions(files: Iterable[Path], stored: Mapping[Path, StoredObject]) -> Iterator[str]:
    for path in files:
        if one := stored.get(path):
            yield one.revision
            continue
        try:
            found = path.stat()
        except OSError:
            yield "missing"
        else:
            yield f"{found.st_size}-{found.st_mtime_ns}"

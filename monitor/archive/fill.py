"""Fills a lake from recordings: what `analyze --lake` does once its options are read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from monitor.archive import batch, progress
from monitor.archive.lake import Lake
from monitor.archive.manifest import UnitOptions, archive_plan
from monitor.archive.shard import Shard
from monitor.archive.unit import work
from monitor.base.terminal import say
from monitor.base.workers import side_by_side
from monitor.recordings.patience import Patience
from monitor.recordings.plan import Sources


@dataclass(frozen=True, slots=True, kw_only=True)
class Filling:
    """What to fill a lake with, and how to tell."""

    files: Mapping[Path, str]
    """Recordings with their places in the archive."""
    given: tuple[str, ...]
    """What was given on the command line, the same for every shard."""
    sources: Sources
    table_url: str
    """The address of the table of metadata, if it is in an object store."""
    shard: Shard
    retry: bool
    as_lines: bool
    """Whether a JSON line is printed for each recording."""


def jobs_engine(jobs: int, patience: Patience) -> batch.Engine:
    """Work units in processes of this machine.

    Args:
        jobs: how many.
        patience: how long each unit may take.
    """
    return partial(side_by_side, work=work, jobs=jobs, limit_s=patience.killed_after_s)


def fill(filling: Filling, options: UnitOptions, engine: batch.Engine) -> bool:
    """Work what is left of a shard, and print what became of it.

    Args:
        filling: what to fill the lake with.
        options: what all units share.
        engine: works the units.

    Returns:
        Whether every recording of the shard is in the lake as a whole, or past its retention period.

    Raises:
        MonitorError: the lake, the metadata, the model or the workers can't be used at all.
        AudioError: the same of the model.
        RuleError: a rule file is wrong.
    """
    lake = Lake(options.lake)
    planned = archive_plan(filling.files, filling.sources, options, filling.shard)
    for sentence in (*planned.remarks, *planned.faults):
        copy, url = str(filling.sources.table), filling.table_url
        say(sentence.replace(copy, url) if url else sentence, err=True)
    todo = batch.todo(planned.units, lake, retry=filling.retry)
    with progress.told(len(todo.units), as_lines=filling.as_lines) as tell:
        counts = batch.run(
            todo,
            lake,
            engine,
            tell,
            archive=filling.given,
            shard=filling.shard,
        )
    for sentence in progress.summary(counts, str(lake.folder), len(lake.present())):
        say(sentence, err=filling.as_lines)
    return not (planned.faults or counts.failed or counts.broken or counts.failed_before or counts.not_begun)

"""Options of `analyze` that fill a lake with numbers instead of a folder with calls."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from monitor.commands.options.recordings import PIPE
from monitor.commands.options.together import together
from monitor.store.objects import url_of

if TYPE_CHECKING:
    from monitor.archive.row import Openness
    from monitor.archive.shard import Shard
    from monitor.recordings.one import AnalysisOptions
    from monitor.recordings.patience import Patience
    from monitor.recordings.plan import Sources

_OPTIONS = (
    click.option(
        "--lake",
        "folder",
        type=click.Path(path_type=Path),
        metavar="DIR",
        help="Save no calls, but a row of numbers for each in Parquet files in this folder. What is there already is "
        "not analyzed again; agents have pseudonyms.",
    ),
    click.option(
        "--shard",
        metavar="I/N",
        help="With --lake: analyze only part I of N, counted from 1. “auto/N” takes the part from the scheduler: "
        "Kubernetes indexed jobs, AWS Batch or SLURM arrays.",
    ),
    click.option(
        "--cluster",
        metavar="ADDRESS|local",
        help="With --lake: work on a Dask cluster, given by the address of its scheduler, such as "
        "tls://scheduler:8786. “local” makes one of --jobs processes here.",
    ),
    click.option("--retry", is_flag=True, help="With --lake: try recordings again that failed before."),
    click.option("--names", is_flag=True, help="With --lake: keep names of agents, customers and files."),
    click.option(
        "--keep-attribute",
        "attributes_kept",
        multiple=True,
        metavar="NAME",
        help="With --lake: keep the values of this attribute, such as queue; of others, only short numbers are kept. "
        "Can be repeated.",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LakeOptions:
    """The values of these options."""

    folder: Path | None
    shard: str | None
    cluster: str | None
    retry: bool
    names: bool
    attributes_kept: tuple[str, ...]

    def check(self, paths: Sequence[Path | None], **others: object) -> None:
        """Refuse options that don't fit together.

        Args:
            paths: where recordings and metadata are.
            others: by name: options of `analyze` that make no sense with a lake, with their values.

        Raises:
            click.UsageError: two of them were given, or one without a value.
        """
        words = {"--shard": self.shard, "--cluster": self.cluster}
        if empty := next((name for name, value in words.items() if value == ""), None):
            raise click.UsageError(f"{empty} is empty. Is a variable in the command not set?")
        if self.folder is None:
            own = {**words, "--retry": self.retry, "--names": self.names, "--keep-attribute": self.attributes_kept}
            if given := next((name for name, value in own.items() if value), None):
                raise click.UsageError(f"{given} needs --lake.")
            if any(path and url_of(path) for path in paths):
                raise click.UsageError("Recordings in an object store need --lake, which saves no calls.")
        elif url_of(self.folder):
            raise click.UsageError("A lake can't be in an object store. Choose a folder that all workers reach.")
        elif given := next((name for name, value in others.items() if value), None):
            name = given.strip("_").replace("_", "-")
            raise click.UsageError(f"--{name} can't be used with --lake, which saves no calls.")
        elif PIPE in paths:
            raise click.UsageError("“-” can't be used with --lake. Name a file.")

    def fill(  # noqa: PLR0913 - what `analyze` was given
        self,
        paths: Sequence[Path],
        sources: Sources,
        options: AnalysisOptions,
        patience: Patience,
        *,
        jobs: int,
        as_lines: bool,
    ) -> bool:
        """Fill the lake; whether every recording is in it afterwards.

        Args:
            paths: files and folders; the files that the table of metadata names, if there are none.
            sources: where it is looked up what is known of recordings.
            options: how they are analysed.
            patience: how long each may take.
            jobs: how many at the same time.
            as_lines: print a JSON line for each.
        """
        from monitor.archive.archive_files import archive_files
        from monitor.archive.cluster import cluster_engine
        from monitor.archive.fill import Filling, fill, jobs_engine
        from monitor.archive.manifest import UnitOptions

        assert self.folder  # noqa: S101 - the caller has looked
        lake, table = self.folder, sources.table
        if self.cluster:  # workers are in folders of their own
            paths, lake = [_anywhere(path) for path in paths], lake.absolute()
            table = table and _anywhere(table)
        with archive_files(paths, table) as archive:
            filling = Filling(
                files=archive.files,
                given=tuple(str(_anywhere(path)) for path in (*paths, *filter(None, [table]))),
                sources=replace(sources, table=archive.table),
                table_url=archive.table_url,
                shard=self.part,
                retry=self.retry,
                as_lines=as_lines,
            )
            unit = UnitOptions(
                analysis=options,
                lake=lake,
                openness=self.openness,
                timeout_s=patience.timeout_s,
                file_date=sources.file_date,
                oldest=datetime.now().astimezone().date() - timedelta(options.settings.retention.numbers_days - 1),
                stored=archive.stored,
            )
            engine = cluster_engine(self.cluster, jobs, patience) if self.cluster else jobs_engine(jobs, patience)
            return fill(filling, unit, engine)

    @property
    def part(self) -> Shard:
        """The part of the archive to analyze.

        Raises:
            ShardError: it is none, or can't be found out.
        """
        from monitor.archive.shard import Shard, read_shard

        return read_shard(self.shard, os.environ) if self.shard else Shard()

    @property
    def openness(self) -> Openness:
        """What gets into the lake as it is."""
        from monitor.archive.row import Openness

        return Openness(self.names, tuple(sorted(self.attributes_kept)))


lake_options = together("lake", LakeOptions, _OPTIONS)
"""Gives a command these options, whose values it takes together as `lake`."""


def _anywhere(path: Path) -> Path:
    """The same wherever it is read: an address of an object is so already."""
    return path if url_of(path) else path.absolute()

"""The calls that a filter finds, exported together: once, or whatever is new each time."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import click

from monitor.access.visit import visitor
from monitor.base.counts import count
from monitor.base.terminal import say, say_all, show, shows_progress
from monitor.call.folder import root_folder
from monitor.catalogue import query, rule_ids
from monitor.catalogue.catalogue import open_catalogue
from monitor.catalogue.filter_text import of_options
from monitor.commands.options.access import send_noted
from monitor.commands.options.common import in_force
from monitor.export import exported, formats
from monitor.export.formats import Options
from monitor.export.selection import matching, readable
from monitor.export.source import Source
from monitor.supervisor.commands import filter_line, reindex, rule_files


def filter_text(where: str, *, agent: str = "", since: str | None = None, until: str | None = None) -> str:
    """A filter as people write it, from one and from options."""
    return " ".join(filter(None, [where, of_options({"agent": agent, "since": since, "until": until})]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """An export of many calls."""

    wanted: str
    """The filter, as people write it."""
    kind: str
    """The format."""
    to: Path | None
    """A folder, created if it is missing; None to print."""
    options: Options
    new: bool
    """Only what is new or has changed since the last complete export to `to` in this format."""
    fetch: Callable[[Path], str] | None = None
    """Gets the sound of a call, and says what failed; None if it is here or not wanted."""


def run(job: Job, calls: Path | None, url: str) -> bool:
    """Export the calls that a filter finds; return whether all of them could be read.

    Args:
        job: what to export, and how.
        calls: the folder of all calls.
        url: of the catalogue; that in the calls folder if empty.

    Raises:
        FilterError: the filter cannot be understood.
        CatalogueError: the catalogue cannot be used.
        ExportError: the export cannot be written.
    """
    wanted = filter_line(root_folder(calls), job.wanted).wanted
    reindex(calls, url, anew=False)  # also of days long past: nothing that was copied here may be missing
    with open_catalogue(root_folder(calls), url) as catalogue:
        rule_ids.check(catalogue, wanted, rule_files(in_force()))
        folders, root = matching(catalogue, wanted), catalogue.root
        unsearched = query.unsearched(catalogue, wanted)
    if unsearched:
        say(f"{count(unsearched, 'sealed call')} not searched: their words are not indexed.", err=True)
    if not folders:
        say("No saved call matches: nothing is exported.", err=True)
        return True
    failures = [why for folder in folders if (why := job.fetch(folder))] if job.fetch else []
    sources = partial(_sources, root, failed=failures.append, redact=job.options.redact)
    if job.to is None:
        formats.check_printable(job.kind, len(folders))
        show(formats.printed(job.kind, list(sources(folders)), job.options))
    elif job.new:
        _write_new(job, job.to, root, folders, sources, failures)
    else:
        say_all(formats.write(job.kind, sources(folders), job.options, job.to))
    send_noted(folders)
    for sentence in failures:
        say(sentence, err=True)
    return not failures


def _sources(
    root: Path, folders: Collection[Path], failed: Callable[[str], object], *, redact: bool
) -> Iterator[Source]:
    """Read calls one by one, with a progress bar, and note in each that it was exported."""
    reader = visitor(in_force())
    with click.progressbar(
        readable(folders, failed, redact=redact),
        len(folders),
        "Calls",
        file=sys.stderr,
        hidden=not shows_progress(),
    ) as read:
        for source in read:
            yield source
            if trouble := reader.note(root / source.identity.id, "exported"):
                say(trouble, err=True)


def _write_new(  # noqa: PLR0913, PLR0917 - steps of one function
    job: Job,
    to: Path,
    root: Path,
    folders: Sequence[Path],
    sources: Callable[[Collection[Path]], Iterator[Source]],
    failures: Sequence[str],
) -> None:
    before = exported.earlier(root, job.kind, to)
    states = exported.states(root, folders)
    due = {folder: state for folder, state in states.items() if before.calls.get(state[0]) != state[1]}
    if not due:
        say(f"Nothing new for {to}.", err=True)
        return
    # Tables of earlier exports stay as they are: each export adds files of its own.
    say_all(formats.write(job.kind, sources(due), job.options, to, f"-{datetime.now(UTC):%Y%m%dT%H%M%S-%f}"))
    if not failures:
        exported.note(root, before, due.values())

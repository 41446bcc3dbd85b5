"""How far an archive is: what is in the lake, what failed and why, and what is left."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from monitor.archive.history import read_history
from monitor.archive.lake import existing_lake
from monitor.base.counts import count

SOME = 20
"""Failed recordings that are told one by one."""


@dataclass(frozen=True, slots=True)
class FailedRecording:
    """One without a row."""

    name: str
    """Its place in the archive."""
    sentence: str
    """What went wrong and what to do."""
    needs_retry: bool
    """Whether only --retry tries it again; otherwise the next run does."""


@dataclass(frozen=True, slots=True)
class Status:
    """How far an archive is."""

    lake: str
    calls: int
    """Rows."""
    failed: tuple[FailedRecording, ...]
    left: int
    """Recordings that were planned and that no run has ended."""
    shards_not_started: tuple[str, ...]
    versions: Mapping[str, int]
    """How many recordings each version of Tone Monitor has analysed, as far as runs have said."""

    def to_json(self) -> bytes:
        """One JSON object."""
        return msgspec.json.encode(self)


def status(folder: Path) -> Status:
    """Look at a lake.

    Args:
        folder: of the lake.

    Raises:
        LakeError: it is none, or it can't be read.
    """
    lake = existing_lake(folder)
    history = read_history(lake)
    failed = [FailedRecording(one.name, one.sentence, one.lasting) for one in history.failed.values()]
    return Status(
        lake=str(folder),
        calls=len(lake.present()),
        failed=tuple(sorted(failed, key=lambda one: one.name)),
        left=len(history.left()),
        shards_not_started=tuple(history.not_started()),
        versions=dict(sorted(Counter(history.versions.values()).items())),
    )


def sentences(found: Status, *, every: bool = False) -> Iterator[str]:
    """The same for people.

    Args:
        found: how far an archive is.
        every: tell every failed recording.
    """
    failed = len(found.failed) or "none"
    yield f"{found.lake}: {count(found.calls, 'call')}, {found.left or 'none'} left, {failed} failed."
    shown = found.failed if every else found.failed[:SOME]
    yield from (f"  {one.name}: {one.sentence}" for one in shown)
    if more := len(found.failed) - len(shown):
        yield f"  … and {more} more: --all lists them."
    if any(one.needs_retry for one in found.failed):
        yield "To try them again: analyze with --retry. They are tried anyway when their files or the rules change."
    if found.shards_not_started:
        yield f"Not started: {', '.join(found.shards_not_started[:SOME])}."
    if len(found.versions) > 1:
        mixed = ", ".join(f"{version} ({number})" for version, number in found.versions.items())
        yield f"Analyzed by several versions of Tone Monitor: {mixed}."

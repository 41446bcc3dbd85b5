"""What the runs of a lake planned and finished: a file of JSON lines a run, to which lines are only added.

Rows are the truth. The history saves opening the files of recordings that are done, and keeps what failed.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, BinaryIO, Self

import msgspec

from monitor.archive.errors import LakeError
from monitor.archive.lake import Lake, using
from monitor.archive.unit import Done, Failed
from monitor.base.version import __version__

SUFFIX = ".jsonl"


class Start(msgspec.Struct, frozen=True, tag="start", tag_field="line"):
    """The first line of a run."""

    started: Annotated[datetime, msgspec.Meta(tz=True)]
    shard: Annotated[str, msgspec.Meta(pattern=r"^[0-9]{1,6}/[0-9]{1,6}$")]
    archive: str
    """A keyed hash of the files and folders that were given."""
    planned: tuple[str, ...]
    """Ids of the recordings that were to be worked."""
    version: str = __version__
    """Of the program that worked them."""


class DoneLine(msgspec.Struct, frozen=True, tag="done", tag_field="line"):
    """A recording whose row is in the lake."""

    recording: str
    call: str
    mark: str


class FailedLine(msgspec.Struct, frozen=True, tag="failed", tag_field="line"):
    """A recording without a row."""

    recording: str
    name: str
    sentence: str
    mark: str
    lasting: bool


Line = Start | DoneLine | FailedLine
_DECODER = msgspec.json.Decoder(Line)


@dataclass(slots=True)
class History:
    """What all runs of a lake have said; of a recording, the last counts."""

    done: dict[str, DoneLine] = field(default_factory=dict)
    """By recording."""
    calls: dict[str, str] = field(default_factory=dict)
    """By recording: the call that it was when it was last worked."""
    failed: dict[str, FailedLine] = field(default_factory=dict)
    starts: dict[tuple[str, str], Start] = field(default_factory=dict)
    """The last run of each shard of each archive."""
    versions: dict[str, str] = field(default_factory=dict)
    """By recording: the program that worked it."""

    def left(self) -> set[str]:
        """Recordings that the last runs planned, and that neither they nor later runs worked."""
        planned = {recording for start in self.starts.values() for recording in start.planned}
        return planned - self.done.keys() - self.failed.keys()

    def not_started(self) -> list[str]:
        """Shards of which no run is known, though one of another shard of the same archive is."""
        newest = {start.archive: start.shard.partition("/")[2] for start in sorted(self.starts.values(), key=_when)}
        all_shards = ((archive, f"{index}/{n}") for archive, n in newest.items() for index in range(1, int(n) + 1))
        return [shard for archive, shard in all_shards if (archive, shard) not in self.starts]


def read_history(lake: Lake) -> History:
    """Read what the runs have said; a torn last line is that of a run that was killed.

    Raises:
        LakeError: a file can't be read.
    """
    history = History()
    with using(lake.folder):
        for path in sorted(lake.runs.glob(f"*{SUFFIX}")):
            _add(history, path.read_bytes().splitlines())
    return history


def _add(history: History, lines: Sequence[bytes]) -> None:
    version = ""
    for line in _readable(lines):
        match line:
            case Start():
                version = line.version
                history.starts[line.archive, line.shard] = line
                for recording in line.planned:
                    history.done.pop(recording, None)
                    history.failed.pop(recording, None)
            case DoneLine():
                history.done[line.recording] = line
                history.versions[line.recording] = version
                history.calls[line.recording] = line.call
                history.failed.pop(line.recording, None)
            case FailedLine():
                history.failed[line.recording] = line
                history.done.pop(line.recording, None)


def _when(start: Start) -> datetime:
    return start.started


def _readable(lines: Sequence[bytes]) -> Iterator[Line]:
    for line in lines:
        try:
            yield _DECODER.decode(line)
        except (ValueError, RecursionError):
            continue


class RunLog:
    """Writes the history of one run, a line as each recording ends.

    Args:
        lake: that is filled.
        start: what is planned.

    Raises:
        LakeError: it can't be written.
    """

    def __init__(self, lake: Lake, start: Start) -> None:
        self._lake = lake
        name = f"{start.started:%Y%m%dT%H%M%S%f}-{start.shard.replace('/', 'of')}-{secrets.token_hex(4)}{SUFFIX}"
        with using(lake.folder):
            self._file: BinaryIO = os.fdopen(
                os.open(lake.runs / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600), "wb", buffering=0
            )
            self._file.write(msgspec.json.encode(start) + b"\n")

    def note(self, result: Done | Failed) -> None:
        """Keep how a unit ended; what a full disk does not take is found out again by the next run."""
        if isinstance(result, Failed):
            line: Line = FailedLine(result.recording, result.name, result.sentence, result.mark, result.lasting)
        else:
            line = DoneLine(result.recording, result.call, result.mark)
        with suppress(LakeError):
            self._add(line)

    def _add(self, line: Line) -> None:
        with using(self._lake.folder):
            self._file.write(msgspec.json.encode(line) + b"\n")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

"""A back-test over the calls of a lake, from their logs: they have no words, so rules that read words are left out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from monitor.archive.columns import ATTRIBUTES, CALL, LOG
from monitor.archive.lake import Lake, using
from monitor.base.failures import place
from monitor.call.events import from_lines
from monitor.pipeline.whisper_model import NONE
from monitor.rule_tools.backtest import try_events
from monitor.rule_tools.backtest_run import Backtest, CallTried, counts, in_order, rulebook

if TYPE_CHECKING:
    from monitor.export.tables.column import Row

KNOWN = (CALL.name, "day", "agent", "duration_s", "model", ATTRIBUTES)
ROWS = 100
"""Logs that are read at a time; each is about 1 MB."""


@dataclass(frozen=True, slots=True)
class LoggedCall:
    """A call of a lake, with what a back-test needs of it."""

    call: str
    agent: str
    duration_s: float
    words: bool
    """Whether it was transcribed; the words themselves are not in the lake."""
    attributes: Mapping[str, str]
    log: bytes


def run(backtest: Backtest, lake: Lake, jobs: int, since: date | None = None) -> Iterator[CallTried]:
    """Judge the calls of a lake by other rules.

    Args:
        backtest: what to try.
        lake: whose calls.
        jobs: how many to judge at the same time.
        since: only calls from this day on.

    Raises:
        RuleError: a rule file is wrong.
        LakeError: the lake can't be read.
        WorkersError: no process can be started.
    """
    rulebook(backtest.files)  # a mistake in it is reported before any process starts
    return in_order(partial(try_logged, backtest), logged_calls(lake, since), _name, jobs)


def try_logged(backtest: Backtest, logged: LoggedCall) -> CallTried:
    """Judge one call by other rules; one that can't be judged gives the sentence that says why."""
    try:
        events = list(from_lines(logged.log.splitlines()))
        words = None if logged.words else False
        rules = rulebook(backtest.files)
        tried = try_events(logged.call, events, rules, words=words, attributes=logged.attributes)
    except Exception as error:  # noqa: BLE001 - a fault of ours costs this call, and not the others
        return CallTried(
            logged.call, sentence=f"{logged.call} met a fault of Tone Monitor ({place(error)}). Report it."
        )
    return CallTried(
        logged.call,
        logged.agent,
        logged.duration_s,
        counts(tried),
        wordless=logged.words,
        tried=tried if backtest.whole else None,
    )


def logged_calls(lake: Lake, since: date | None = None) -> Iterator[LoggedCall]:
    """Every call of a lake once, its own row before that in a part; a few logs are in memory at a time.

    Raises:
        LakeError: the lake can't be read.
    """
    own = set(lake.own_calls())
    parts = lake.packed()
    for call in sorted(own):
        if (row := lake.row(call, (*KNOWN, LOG))) and _counts(row, since):
            yield _logged(row, row[LOG])
    for part in parts:
        yield from _of_part(lake, part, own, since)


def _of_part(lake: Lake, part: Path, own: set[str], since: date | None) -> Iterator[LoggedCall]:
    import pyarrow.parquet as pq

    with using(lake.folder):
        wanted: dict[str, Row] = {
            row[CALL.name]: row
            for row in pq.read_table(part, columns=list(KNOWN), partitioning=None).to_pylist()
            if row[CALL.name] not in own and _counts(row, since)
        }
        if not wanted:
            return
        with pq.ParquetFile(lake.logs / part.name) as file:
            for batch in file.iter_batches(ROWS):
                for kept in batch.to_pylist():
                    if row := wanted.get(kept[CALL.name]):
                        yield _logged(row, kept[LOG])


def number_of_calls(lake: Lake) -> int:
    """How many calls a lake has, for a progress bar: a call that is in two places counts twice."""
    import pyarrow.parquet as pq

    with using(lake.folder):
        packed: int = sum(pq.read_metadata(part).num_rows for part in lake.packed())
        return packed + sum(1 for _ in lake.own_calls())


def _counts(row: Row, since: date | None) -> bool:
    return since is None or (row["day"] is not None and row["day"] >= since)


def _logged(row: Row, log: bytes | None) -> LoggedCall:
    attributes = msgspec.json.decode(row[ATTRIBUTES], type=dict[str, str]) if row[ATTRIBUTES] else {}
    words = row["model"] != NONE
    return LoggedCall(row[CALL.name], row["agent"] or "", row["duration_s"] or 0.0, words, attributes, log or b"")


def _name(logged: LoggedCall) -> str:
    return logged.call

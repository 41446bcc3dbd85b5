"""The numbers of many calls, read with a progress bar and, where there are many, in several processes."""

from __future__ import annotations

import multiprocessing
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import nullcontext
from pathlib import Path

import click

from monitor.base.errors import CallFolderError
from monitor.base.terminal import shows_progress
from monitor.report.team import store
from monitor.report.team.numbers import CallNumbers
from monitor.sealed import sealing
from monitor.settings.config import Privacy

SIDE_BY_SIDE = 60
"""From this many calls on, further processes are worth the second they take to start."""


def numbers_of(wanted: Sequence[Path]) -> list[tuple[CallNumbers, ...] | None]:
    """The numbers of each agent's part of a call; None if it cannot be read. Many calls are counted in parallel."""
    known = [_known(folder) for folder in wanted]
    unknown = [at for at, numbers in enumerate(known) if numbers is None]
    to_count = [wanted[at] for at in unknown]
    with (
        ProcessPoolExecutor(
            mp_context=multiprocessing.get_context("spawn"), initializer=_as_here, initargs=(sealing.in_use(),)
        )
        if len(to_count) >= SIDE_BY_SIDE
        else nullcontext() as pool,
        click.progressbar(
            pool.map(_counted, to_count, chunksize=8) if pool else map(_counted, to_count),
            length=len(to_count),
            label="reading calls",
            file=sys.stderr,
            hidden=not shows_progress(),
        ) as counted,
    ):
        for at, numbers in zip(unknown, counted, strict=True):
            known[at] = numbers
    return known


def _as_here(privacy: Privacy) -> None:
    """Let a worker process open sealed calls as this one does."""
    sealing.use(lambda: privacy)


def _known(folder: Path) -> tuple[CallNumbers, ...] | None:
    try:
        return store.stored(folder)
    except CallFolderError:
        return None


def _counted(folder: Path) -> tuple[CallNumbers, ...] | None:
    try:
        return store.count(folder)
    except CallFolderError:
        return None

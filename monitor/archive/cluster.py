"""Works the units of an archive on a Dask cluster: one of this machine's processes, or one that runs elsewhere.

What is mapped is `monitor.archive.unit.work`, as everywhere. A unit puts its row into the lake itself, so whatever is
lost (a worker, the scheduler, this program) costs at most the units that were being worked.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any

from monitor.archive.batch import Engine, Result
from monitor.archive.cluster_client import (
    CONNECT_S,
    LOCAL,
    ClusterError,
    connected,
    is_lost,
    threads,
    usable_workers,
)
from monitor.archive.cluster_worker import work_watched
from monitor.archive.unit import Unit
from monitor.base.terminal import say
from monitor.base.workers import Lost
from monitor.recordings.patience import Patience

if TYPE_CHECKING:
    from distributed import Client, Future

AHEAD = 4
"""Units a worker that wait for it: enough that none is idle, few when the run is stopped."""
RETURN_S = 60.0
"""For a scheduler that was lost to come back."""
DIED = Lost("died", "its worker was lost")


class _SchedulerLostError(Exception):
    """The connection to the scheduler is gone."""


def cluster_engine(address: str, jobs: int, patience: Patience, *, return_s: float = RETURN_S) -> Engine:
    """Work units on a cluster.

    Args:
        address: of its scheduler, or "local" for processes of this machine.
        jobs: how many processes that are.
        patience: how long each unit may take.
        return_s: how long to wait for a scheduler that was lost.
    """
    return partial(_worked, address=address, jobs=jobs, patience=patience, return_s=return_s)


def _worked(
    units: Iterable[Unit], *, address: str, jobs: int, patience: Patience, return_s: float
) -> Generator[tuple[Unit, Result | Lost], None, None]:
    """Give units with their results as they end.

    Raises:
        ClusterError: the cluster can't be used, or its scheduler was lost and did not come back.
    """
    run, connect_s = _Run(iter(units), patience), CONNECT_S
    while True:
        try:
            with connected(address, jobs, connect_s) as client:
                yield from run.results(client)
        except _SchedulerLostError as error:
            if address == LOCAL:
                raise ClusterError("The cluster of this machine broke down. Run the same command again.") from error
            say(f"The scheduler {address} was lost. Waiting {return_s:.0f} s for it to come back.", err=True)
            connect_s = return_s
        else:
            return


@dataclass(slots=True)
class _Run:
    """What is left to do, whichever scheduler does it."""

    units: Iterator[Unit]
    patience: Patience
    pending: dict[str, Unit] = field(default_factory=dict)
    """Units that were submitted, by the key of the future."""
    alone: list[Unit] = field(default_factory=list)
    """Units whose worker was lost: one of them may have ended it, so they are worked one by one, after all others."""
    number: int = 0

    def results(self, client: Client) -> Iterator[tuple[Unit, Result | Lost]]:
        """See `_worked`.

        Raises:
            _SchedulerLostError: the scheduler is gone; another one can go on.
        """
        from distributed import KilledWorker, as_completed

        workers = usable_workers(client)
        again, self.pending = list(self.pending.values()), {}
        running = as_completed([self._submitted(client, unit, workers) for unit in again], loop=client.loop)
        self._fill(client, running, workers)
        for future in running:
            unit = self.pending[future.key]
            try:
                yield unit, _found(client, future)
            except KilledWorker:
                self.alone.append(unit)
            del self.pending[future.key]
            self._fill(client, running, workers)
        while self.alone:
            unit = self.alone[-1]
            try:
                yield unit, _found(client, self._submitted(client, unit, workers))
            except KilledWorker:
                yield unit, DIED
            self.alone.pop()
            self.pending.clear()

    def _fill(self, client: Client, running: Any, workers: list[str] | None) -> None:  # noqa: ANN401 - untyped
        room = AHEAD * threads(client) - len(self.pending)
        for unit in islice(self.units, max(0, room)):
            running.add(self._submitted(client, unit, workers))

    def _submitted(self, client: Client, unit: Unit, workers: list[str] | None) -> Future:
        self.number += 1
        key = f"recording-{self.number}"
        self.pending[key] = unit
        return client.submit(work_watched, unit, self.patience, key=key, pure=False, workers=workers)


def _found(client: Client, future: Future) -> Result:
    """The result of a future, waited for.

    Raises:
        KilledWorker: the worker was lost.
        _SchedulerLostError: the scheduler was.
        ClusterError: workers can't take the work.
    """
    from distributed import KilledWorker

    try:
        found: Result = future.result()
    except KilledWorker:
        raise
    except Exception as error:
        if is_lost(client, future):
            raise _SchedulerLostError from error
        raise ClusterError(
            f"A worker can't take work ({type(error).__name__}). Install the same version of Tone Monitor and of its "
            "packages on all workers, then run the same command again."
        ) from error
    return found

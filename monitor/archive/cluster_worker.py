"""What a worker of a cluster does with a unit: works it, and ends itself if the unit hangs."""

from __future__ import annotations

import faulthandler
import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from monitor.archive.lake import KEY
from monitor.archive.unit import Done, Failed, Unit, work
from monitor.base.version import __version__
from monitor.recordings.one import OnProgress
from monitor.recordings.patience import Patience

_ALONE = threading.Lock()
"""A worker with several threads works one unit at a time: it can end itself, but not one of its threads."""


def work_watched(unit: Unit, patience: Patience) -> Done | Failed:
    """Work a unit; if it hangs in a library, end the process, which its nanny starts again.

    Args:
        unit: what to work.
        patience: how long it may take.
    """
    if not (unit.lake / KEY).exists():  # it would be made there, where nobody looks for it
        return Failed(
            unit.name, "", f"A worker of the cluster has no lake {unit.lake}. Mount it there.", "", lasting=False
        )
    with _ALONE, _watched(patience) as progress:
        return work(unit, progress)


def dask_setup(_: object) -> None:
    """Leave Ctrl-C to the program whose cluster it is: called by Dask in each worker of this machine as it starts."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def version() -> str:
    """Of Tone Monitor on a worker."""
    return __version__


@contextmanager
def _watched(patience: Patience) -> Iterator[OnProgress]:
    """Give what takes the progress, and lets the process live as long as the length of the recording allows."""
    began_s, known_s = time.monotonic(), 0.0
    with open(os.devnull, "wb") as nowhere:  # noqa: PTH123 - the traceback of a worker that ends helps nobody

        def arm(duration_s: float) -> None:
            left_s = patience.killed_after_s(duration_s) - (time.monotonic() - began_s)
            # By the system, not by Python: a library that hangs may hold Python's lock.
            faulthandler.dump_traceback_later(max(left_s, 0.01), exit=True, file=nowhere)

        def progress(_heard_s: float, duration_s: float) -> None:
            nonlocal known_s
            if duration_s > known_s:
                known_s = duration_s
                arm(duration_s)

        arm(0.0)
        try:
            yield progress
        finally:
            faulthandler.cancel_dump_traceback_later()

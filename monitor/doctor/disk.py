"""Whether calls can be kept: space, speed of the disk, and who may read them."""

import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from audio.block import SAMPLE_RATE_HZ
from monitor.base import atomic
from monitor.doctor.diagnosis import Diagnosis

HOUR_BYTES = 3600 * SAMPLE_RATE_HZ * 2 * 2
"""An hour of both sides at 16 bit, as it is kept while the call goes on."""
GOOD_HOURS = 8.0
LEAST_HOURS = 1.0
SLOW_S = 0.1
"""For a second of sound to be on the disk surely; more delays the events of a call, not its prompts."""
TRIES = 5
OTHERS = 0o077


def check(root: Path) -> Iterator[Diagnosis]:
    """Look at the folder of all calls, and write a little into it."""
    try:
        atomic.make_folder(root)
        took_s = statistics.median(_written_s(root) for _ in range(TRIES))
        hours = shutil.disk_usage(root).free / HOUR_BYTES
    except OSError as error:
        told = (
            f"The calls folder {root} cannot be written ({error.strerror}): make room, allow it, or name another one."
        )
        yield Diagnosis("disk", "bad", told)
        return
    yield room(root, hours)
    if took_s > SLOW_S:
        told = f"A second of sound takes {1000 * took_s:.0f} ms to be on the disk: keep calls on a faster one."
        yield Diagnosis("disk", "look", told)
    if sys.platform != "win32":
        yield _privacy(root)


def room(root: Path, hours: float) -> Diagnosis:
    """What is to be said of a folder with room for so many hours of recording."""
    told = f"There is room for {hours:.0f} hours of recording in {root}"
    if hours >= GOOD_HOURS:
        return Diagnosis("disk", "ok", f"{told}.")
    return Diagnosis("disk", "look" if hours >= LEAST_HOURS else "bad", f"{told}: purge old calls or make room.")


def _written_s(root: Path) -> float:
    """Write a second of sound for good; return how long it takes."""
    with tempfile.TemporaryFile(dir=root) as file:
        before_s = time.perf_counter()
        file.write(bytes(HOUR_BYTES // 3600))
        file.flush()
        os.fsync(file.fileno())
        return time.perf_counter() - before_s


def _privacy(root: Path) -> Diagnosis:
    """Who may read the calls: their owner alone."""
    open_to_others = sum(bool(path.lstat().st_mode & OTHERS) for path in (root, *root.glob("*"), *root.glob("*/**/*")))
    if not open_to_others:
        return Diagnosis("privacy", "ok", "Nobody else on this machine can read the calls.")
    told = f"{open_to_others} of the files and folders can be opened by others on this machine: chmod -R go= '{root}'."
    return Diagnosis("privacy", "look", told)

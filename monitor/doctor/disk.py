"""Whether calls can be saved: disk space, speed of the disk, and who can read them."""

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
"""An hour of both sides at 16 bits, as saved while the call is in progress."""
GOOD_HOURS = 8.0
LEAST_HOURS = 1.0
SLOW_S = 0.1
"""Time to write a second of sound safely to the disk; more delays the events of a call, not its prompts."""
TRIES = 5
OTHERS = 0o077


def check(root: Path) -> Iterator[Diagnosis]:
    """Check the folder of all calls, and write a little into it."""
    try:
        atomic.make_folder(root)
        took_s = statistics.median(_written_s(root) for _ in range(TRIES))
        hours = shutil.disk_usage(root).free / HOUR_BYTES
    except OSError as error:
        told = (
            f"Can't write to the calls folder {root} ({error.strerror}). "
            "Free some disk space, change its permissions, or choose another folder."
        )
        yield Diagnosis("disk", "bad", told)
        return
    yield room(root, hours)
    if took_s > SLOW_S:
        told = f"Writing a second of sound to the disk takes {1000 * took_s:.0f} ms. Save calls on a faster disk."
        yield Diagnosis("disk", "look", told)
    if sys.platform != "win32":
        yield _privacy(root)


def room(root: Path, hours: float) -> Diagnosis:
    """What is to be said of a folder with room for so many hours of recording."""
    told = f"There is room for {hours:.0f} hours of recording in {root}"
    if hours >= GOOD_HOURS:
        return Diagnosis("disk", "ok", f"{told}.")
    return Diagnosis(
        "disk", "look" if hours >= LEAST_HOURS else "bad", f"{told}. Purge old calls or free some disk space."
    )


def _written_s(root: Path) -> float:
    """Write a second of sound safely to the disk; return how long it takes."""
    with tempfile.TemporaryFile(dir=root) as file:
        before_s = time.perf_counter()
        file.write(bytes(HOUR_BYTES // 3600))
        file.flush()
        os.fsync(file.fileno())
        return time.perf_counter() - before_s


def _privacy(root: Path) -> Diagnosis:
    """Who can read the calls: it should be their owner alone."""
    open_to_others = sum(bool(path.lstat().st_mode & OTHERS) for path in (root, *root.glob("*"), *root.glob("*/**/*")))
    if not open_to_others:
        return Diagnosis("privacy", "ok", "No other user of this machine can read the calls.")
    entries = "1 file or folder" if open_to_others == 1 else f"{open_to_others} files and folders"
    told = f"Other users of this machine can open {entries}. To prevent it, run chmod -R go= '{root}'."
    return Diagnosis("privacy", "look", told)

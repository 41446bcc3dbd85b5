"""Copies of objects for as long as they are read, in a folder for their owner alone."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import gettempdir, mkdtemp

from monitor.call import lock
from monitor.store.objects import StoredObject, fetch

PREFIX = "tone-monitor-copies-"
HELD = "held"
"""The file that a program locks as long as it reads."""


@contextmanager
def copies(objects: Sequence[StoredObject]) -> Iterator[tuple[Path, ...]]:
    """Fetch objects, and remove their copies afterwards; those that a killed program has left are removed, too.

    Raises:
        StoreError: one can't be fetched.
    """
    _remove_left()
    folder = Path(mkdtemp(prefix=PREFIX))
    try:
        (folder / HELD).touch(mode=0o600)
        with lock.hold_file(folder / HELD):
            # Each in a folder of its own: two objects of a call may have the same name.
            own = [folder / str(number) for number in range(len(objects))]
            for one in own:
                one.mkdir(mode=0o700)
            yield tuple(fetch(one, into) for one, into in zip(objects, own, strict=True))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _remove_left() -> None:
    for folder in Path(gettempdir()).glob(f"{PREFIX}*"):
        with suppress(lock.HeldError, OSError):
            if not (folder / HELD).exists():  # it is being made
                continue
            with lock.hold_file(folder / HELD, 0.0):
                shutil.rmtree(folder, ignore_errors=True)

"""Power that goes at a chosen step of what is written."""

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

_WRITES = os.O_WRONLY | os.O_RDWR


class PowerLoss(BaseException):
    """There is no more power: nobody catches it, and nothing is written any more."""


class Power:
    """Fails before one of the steps that count: opening a file, syncing it, renaming it, removing it.

    What was not synced is torn then: half of it is left.

    Args:
        patch: undone by the test.
        last: how many steps are still done.
    """

    def __init__(self, patch: pytest.MonkeyPatch, last: int) -> None:
        self.lost = False
        self._left = last
        self._files: dict[int, str] = {}
        self._on_disk: dict[str, int] = {}
        """How many bytes of each opened file are certainly on the disk."""
        self._open, self._fsync, self._replace, self._unlink = os.open, os.fsync, os.replace, os.unlink
        for name in ("open", "fsync", "replace", "unlink"):
            patch.setattr(os, name, getattr(self, f"_do_{name}"))

    def _step(self) -> None:
        if self._left == 0 and not self.lost:
            self.lost = True
            for name, whole in self._on_disk.items():
                with suppress(FileNotFoundError):
                    os.truncate(name, (whole + max(whole, os.stat(name).st_size)) // 2)  # noqa: PTH116 - of a name
        if self.lost:
            raise PowerLoss
        self._left -= 1

    def _do_open(self, path: str | Path, flags: int, mode: int = 0o777, **more: int) -> int:
        if not flags & _WRITES:
            return self._open(path, flags, mode, **more)
        self._step()
        handle = self._open(path, flags, mode, **more)
        self._files[handle] = str(path)
        self._on_disk.setdefault(str(path), os.fstat(handle).st_size)
        return handle

    def _do_fsync(self, handle: int) -> None:
        self._step()
        self._fsync(handle)
        if (name := self._files.get(handle)) in self._on_disk:
            self._on_disk[str(name)] = os.fstat(handle).st_size

    def _do_replace(self, old: str | Path, new: str | Path) -> None:
        self._step()
        self._replace(old, new)
        if (whole := self._on_disk.pop(str(old), None)) is not None:
            self._on_disk[str(new)] = whole

    def _do_unlink(self, path: str | Path, **more: int) -> None:
        self._step()
        self._unlink(path, **more)


def losses(before: Callable[[], None], act: Callable[[], object], after: Callable[[], None]) -> int:
    """Lose the power at every step of something; return how many there are.

    Args:
        before: sets everything up.
        act: is not finished but the last time.
        after: looks at what is left.
    """
    for last in range(1_000):
        before()
        with pytest.MonkeyPatch.context() as patch:
            power = Power(patch, last)
            with suppress(PowerLoss):
                act()
        after()
        if not power.lost:
            return last
    raise AssertionError("It never ends.")

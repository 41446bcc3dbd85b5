"""Where programs find the Whisper process: a folder of this person's alone, gone after the login."""

import os
import tempfile
import warnings
import zlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import platformdirs

from monitor.base import atomic
from monitor.base.version import __version__


@dataclass(frozen=True, slots=True)
class Files:
    """The files of one Whisper process."""

    address: Path
    """How it is reached, and the key that proves who asks."""
    socket: Path
    """A Unix domain socket, where there are such."""
    lock: Path
    """Held by the process, so that there is one."""


def files(folder: Path) -> Files:
    """The files in this folder for programs of this installation and this priority.

    Another version may speak another language, and a call must not share the low priority of a batch.
    """
    nice = os.nice(0) if hasattr(os, "nice") else 0
    name = f"whisper-{zlib.crc32(f'{__version__} {__file__} {nice}'.encode()):08x}"
    return Files(*(folder / f"{name}.{suffix}" for suffix in ("json", "sock", "lock")))


def run_folder() -> Path:
    """The folder for the files of Whisper processes; where it can't be trusted, one for this program alone."""
    with warnings.catch_warnings(action="ignore"):  # platformdirs warns of its own fallback, which is looked after here
        folder = platformdirs.user_runtime_path("tone-monitor")
    try:
        atomic.make_folder(folder)
        status = folder.lstat()
        if hasattr(os, "getuid") and (status.st_uid != os.getuid() or not folder.is_dir() or folder.is_symlink()):
            return _alone()
        folder.chmod(0o700)
        atomic.make_folder(folder / "whisper")
    except OSError:
        return _alone()
    return folder / "whisper"


@cache
def _alone() -> Path:
    return Path(tempfile.mkdtemp(prefix="tone-monitor-"))

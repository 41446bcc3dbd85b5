"""Where spools are: in a folder of our own that is in memory, so that what waits is never on a disk.

Linux keeps some folders in memory. Where there is none, only the program holds what waits, and a kill loses it.
"""

import os
import sys
from contextlib import suppress
from pathlib import Path

from monitor.privacy.spool import SUFFIX, CallHeader, is_in_use, read

_SHARED_MEMORY = "/dev/shm"  # noqa: S108 - a folder of our own in it, looked at before it is used
_IN_MEMORY = frozenset({"tmpfs", "ramfs"})


def spool_folder() -> Path | None:
    """The folder in which spools are made, made if it is missing; None where no folder is known to be in memory."""
    for folder in _candidates():
        with suppress(OSError):
            folder.mkdir(mode=0o700, exist_ok=True)
            if _is_ours(folder):
                return folder
    return None


def spool_of(folder: Path) -> Path | None:
    """The spool that a killed program left behind for a call; None if there is none."""
    for where in _places():
        path = where / (folder.name + SUFFIX)
        if path.is_file() and _call_of(path) == folder.resolve():
            return path
    return None


def remove_spools_without_call() -> None:
    """Remove the spools whose call was deleted, unless a program still writes to them: its disk may come back."""
    for path in [path for where in _places() for path in where.glob("*")]:
        with suppress(OSError):
            if not ((call := _call_of(path)) and call.is_dir()) and not is_in_use(path):
                path.unlink()


def _candidates() -> list[Path]:
    """Possible places for the spools: folders that the kernel keeps in memory."""
    if sys.platform != "linux":
        return []
    named = os.environ.get("XDG_RUNTIME_DIR", "")
    bases = dict.fromkeys(map(Path, filter(None, (named, f"/run/user/{os.getuid()}", _SHARED_MEMORY))))
    found = []
    for base in bases:
        with suppress(OSError):
            if _is_in_memory(base):
                found.append(base / f"tone-monitor-held-{os.getuid()}")
    return found


def _places() -> list[Path]:
    """Folders with spools: the program that left one may have run in another environment."""
    return [folder for folder in _candidates() if folder.is_dir() and _is_ours(folder)]


def _call_of(path: Path) -> Path | None:
    """The call folder that a spool names; None if it is damaged."""
    header = next(read(path), None)
    return Path(header.folder) if isinstance(header, CallHeader) else None


def _is_in_memory(folder: Path) -> bool:
    """Whether the kernel keeps the folder in memory."""
    resolved, found, kind = folder.resolve(strict=True), Path("/"), ""
    for line in Path("/proc/mounts").read_text("utf-8").splitlines():
        _, mount, of_kind, *_ = line.split()
        at = Path(mount.replace("\\040", " "))
        if resolved.is_relative_to(at) and len(at.parts) >= len(found.parts):
            found, kind = at, of_kind
    return kind in _IN_MEMORY


def _is_ours(folder: Path) -> bool:
    """Whether it belongs to this user, and nobody else can read it."""
    status = folder.lstat()
    return folder.is_dir() and not folder.is_symlink() and status.st_uid == os.getuid() and not status.st_mode & 0o077

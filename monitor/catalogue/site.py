"""The id of a calls folder. Each row of a catalogue belongs to one, so that several folders can share a database."""

from __future__ import annotations

import os
import re
import secrets
import time
from contextlib import suppress
from pathlib import Path

from monitor.base import atomic
from monitor.catalogue.errors import CatalogueError

FILE = "site"
PATIENCE_S = 1.0
"""How long another program may take to write the id, where it cannot be put in its place whole."""

_ID = re.compile(r"[0-9a-f]{32}")
_PAUSE_S = 0.01


def site_of(root: Path) -> str:
    """The id of a calls folder; made, once and for good, if it has none.

    Raises:
        CatalogueError: it cannot be made or read, or the file holds something else.
    """
    path = root / FILE
    try:
        if not path.exists():
            _make(path)
        return _read(path)
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "it is not text"
        raise CatalogueError(
            f"Can't read or write {path}, which identifies the calls folder: {reason}. Change its permissions, or "
            "choose another calls folder with --calls or TONE_MONITOR_CALLS."
        ) from error


def _make(path: Path) -> None:
    """Put a new id in its place, unless another program is faster."""
    content = secrets.token_hex(16).encode() + b"\n"
    half = path.with_name(f"{FILE}.{secrets.token_hex(4)}{atomic.HALF}")
    atomic.write(half, content)
    try:
        os.link(half, path)
    except FileExistsError:
        return
    except OSError:  # the file system has no hard links
        _make_in_place(path, content)
    finally:
        half.unlink(missing_ok=True)


def _make_in_place(path: Path, content: bytes) -> None:
    with suppress(FileExistsError):
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | atomic.NO_LINK, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())


def _read(path: Path) -> str:
    until_s = time.monotonic() + PATIENCE_S
    while not _ID.fullmatch(found := path.read_text("ascii").strip()):
        if time.monotonic() > until_s:
            raise CatalogueError(
                f"{path} is damaged: it should hold 32 hexadecimal digits. Restore it from a backup, or delete it and "
                "run `tone-monitor reindex --all`; a shared catalogue then keeps the old rows, too."
            )
        time.sleep(_PAUSE_S)
    return found

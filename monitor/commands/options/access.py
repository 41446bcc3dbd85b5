"""What commands that show calls note of it, for the agents whose calls they are."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.base.terminal import say
from monitor.commands.options.common import in_force
from monitor.commands.options.shipped import is_cached, noting

if TYPE_CHECKING:  # the commands load it when they have done their work
    from monitor.access.entries import AccessKind


def note_accesses(
    folders: Iterable[Path], kind: AccessKind, signer: str = "", *, part_s: tuple[float, float] | None = None
) -> None:
    """Note what was done with calls of others; print a sentence on stderr for each in which it can't be noted.

    Args:
        folders: of the calls.
        kind: what was done.
        signer: who did it; the reviewer of the settings if empty.
        part_s: the start and end of the part that was taken; None for the whole call.
    """
    from monitor.access.visit import visitor
    from monitor.settings.config import ConfigError, Settings

    try:
        settings = in_force()
    except ConfigError:  # a call can be read without them
        settings = Settings()
    reader = visitor(settings, signer)
    start_s, end_s = part_s or (None, None)
    noted = list(folders)
    for folder in noted:
        if trouble := reader.note(folder, kind, start_s, end_s):
            say(trouble, err=True)
    send_noted(noted)


def send_noted(folders: Iterable[Path]) -> None:
    """Send what was noted on copies of shipped calls to their desks."""
    if any(map(is_cached, folders)):
        with noting(in_force()):
            pass

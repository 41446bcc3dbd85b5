"""The searchable index over the call folders.

It can be rebuilt from the folders at any time (`tone-monitor reindex`). So a catalogue that is locked, damaged or gone
never hurts a call: it is said once, the call goes on, and reindexing adds it later.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # a call starts sooner without the library of the database
    from monitor.catalogue.live_rows import Following

_followed: dict[Path, Following] = {}


def note_started(folder: Path) -> None:
    """List a call that has begun, and again every few seconds, in the background."""
    from monitor.catalogue.live_rows import Following  # noqa: PLC0415

    _followed[folder] = Following(folder)


def note_ended(folder: Path) -> None:
    """List a call as it was in the end."""
    if following := _followed.pop(folder, None):
        following.end()
    else:
        note_marked(folder)


def note_marked(folder: Path) -> None:
    """List a call anew, for it has new marks."""
    from monitor.catalogue.live_rows import list_once  # noqa: PLC0415

    list_once(folder)

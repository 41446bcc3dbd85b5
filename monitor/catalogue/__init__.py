"""The searchable index over the call folders.

It can be rebuilt from the folders at any time (`tone-monitor reindex`), so nothing that goes wrong here may hurt a
call.
"""

from __future__ import annotations

from pathlib import Path


def note_marked(folder: Path) -> None:
    """Take a call's new marks in."""

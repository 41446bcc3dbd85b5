"""Whether a call is open, ended or broken off: the one answer for the whole program."""

from pathlib import Path
from typing import Literal

from monitor.call import lock
from monitor.call.info import readable_info

CallState = Literal["open", "ended", "broken off"]
"""A call without an end is open while a program writes it, and broken off after that."""

QUIET_S = 600.0
"""Where files cannot be locked, a call without an end counts as open for this long after the last write.

File servers have clocks of their own and show times up to a minute late, and repairing an open call does more harm
than leaving a broken one for a while.
"""


def state(folder: Path, now_s: float) -> CallState:
    """Say whether a call is open, ended or broken off.

    Args:
        folder: of the call.
        now_s: the current time, as files have it; used only where files cannot be locked.
    """
    held = lock.is_held(folder)  # first: a program writes the end of its call before it releases the lock
    info = readable_info(folder)
    if info and info.closed:
        return "ended"
    if held is None:
        # A clock that was set back leaves files from the future: those are old, too.
        held = abs(now_s - _written_s(folder)) < QUIET_S
    return "open" if held else "broken off"


def _written_s(folder: Path) -> float:
    """When the call was last written to; 0 if there are no files."""
    try:
        return max((file.stat().st_mtime for file in folder.iterdir()), default=0.0)
    except OSError:
        return 0.0

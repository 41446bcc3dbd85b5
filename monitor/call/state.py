"""Whether a call is open, ended or broken off: one answer for all who ask."""

from pathlib import Path
from typing import Literal

from monitor.call import lock
from monitor.call.info import readable_info

CallState = Literal["open", "ended", "broken off"]
"""A call without an end is open as long as a program writes it, and broken off from then on."""

QUIET_S = 600.0
"""Where files cannot be locked, a call without an end is open for so long after something of it was written.

Servers of files have clocks of their own and show times up to a minute late, and to mend an open call is worse than to
wait with a broken one.
"""


def state(folder: Path, now_s: float) -> CallState:
    """Say whether a call is open, ended or broken off.

    Args:
        folder: of the call.
        now_s: the time now, as files have it; asked for only where files cannot be locked.
    """
    held = lock.is_held(folder)  # first: a program writes the end of its call before it releases the lock
    info = readable_info(folder)
    if info and info.closed:
        return "ended"
    if held is None:
        # A clock that was set back has left files of the future: those are old, too.
        held = abs(now_s - _written_s(folder)) < QUIET_S
    return "open" if held else "broken off"


def _written_s(folder: Path) -> float:
    """When something of a call was last written; 0 if nothing is there."""
    try:
        return max((file.stat().st_mtime for file in folder.iterdir()), default=0.0)
    except OSError:
        return 0.0

"""A speaker's level over one minute, as the screen draws it."""

import math
from dataclasses import dataclass

TRACE_S = 60
PEN_GAP_S = 4
"""Seconds wiped ahead of a trace's pen, so that its place is visible."""
SILENT_DBFS = -math.inf
"""Level of a second that was heard and contained no speech."""
LOST_DBFS = math.inf
"""Level of a second with missing sound."""


@dataclass(frozen=True, slots=True)
class Trace:
    """A speaker's level over one minute, on a ring: a second keeps its place, so nothing scrolls."""

    cells: tuple[float | None, ...] = (None,) * TRACE_S
    """The loudest step of each second in dBFS, or SILENT_DBFS, or LOST_DBFS; None where there is no sound yet."""
    pen: int = -1
    """The newest second, counted from the start of the call."""

    def write(self, second: int, level_dbfs: float) -> "Trace":
        """Raise the level of a second, and wipe what the pen runs over; seconds older than that stay as they are."""
        if second <= self.pen + PEN_GAP_S - TRACE_S:
            return self
        cells = list(self.cells)
        for wiped in range(max(self.pen, second - TRACE_S) + PEN_GAP_S + 1, second + PEN_GAP_S + 1):
            cells[wiped % TRACE_S] = None
        known = cells[second % TRACE_S]
        cells[second % TRACE_S] = level_dbfs if known is None else max(known, level_dbfs)
        return Trace(tuple(cells), max(self.pen, second))

    def lost(self, start_s: float, end_s: float) -> "Trace":
        """Show that sound is missing."""
        trace = self
        for second in range(int(max(start_s, end_s - TRACE_S)), math.ceil(end_s)):
            trace = trace.write(second, LOST_DBFS)
        return trace

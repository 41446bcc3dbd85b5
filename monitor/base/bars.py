"""Levels as bars of text, on a scale that never moves."""

from audio.measure.level import SILENCE_DBFS

LOWEST_DBFS = -60.0
"""The left end of every bar; its right end is full scale."""


def bar(dbfs: float, width: int, peak_dbfs: float = SILENCE_DBFS) -> str:
    """Draw a level in so many cells: ━ up to the level, ● at its end, │ at the peak, · beyond."""
    end, peak = _cells(dbfs, width), _cells(peak_dbfs, width)
    cells = ["━"] * end + ["·"] * (width - end)
    if peak:
        cells[peak - 1] = "│"
    if end:
        cells[end - 1] = "●"
    return "".join(cells)


def in_dbfs(dbfs: float) -> str:
    """A level in whole decibels."""
    return "silent" if dbfs <= SILENCE_DBFS else f"{round(dbfs)} dBFS".replace("-", "−")


def _cells(dbfs: float, width: int) -> int:
    return min(max(round(width * (1 - dbfs / LOWEST_DBFS)), 0), width)

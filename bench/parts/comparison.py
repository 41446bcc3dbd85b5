"""Beside what people would use instead, on the same sound in the same run; and what the screen adds."""

from collections.abc import Iterator

from bench.comparisons import praat, screen, streaming, transcription
from bench.figures.table import Row


def rows() -> Iterator[Row]:
    """Figures of other programs and of this one, side by side."""
    yield from transcription.rows()
    yield from praat.rows()
    yield from streaming.rows()
    yield from screen.rows()

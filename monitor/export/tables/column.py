"""What a column and a table are."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any, Literal

from monitor.export.source import Source

Row = dict[str, Any]

ColumnType = Literal["text", "free text", "time", "day", "number", "integer", "yes or no"]
"""Free text is what people said, wrote or chose; text is one of few values, or an id."""

UNITS = {
    "_sps": "syllables/s",
    "_wpm": "words/min",
    "_dbfs": "dBFS",
    "_db": "dB",
    "_hz": "Hz",
    "_st": "semitones",
    "_pct": "%",
    "_min": "min",
    "_s": "s",
    "_count": "count",
}
"""The unit of a number, by the end of its name."""


@dataclass(frozen=True, slots=True)
class Column:
    """One variable."""

    name: str
    type: ColumnType
    meaning: str
    """One or more sentences."""

    @property
    def unit(self) -> str:
        """The unit, which ends the name; empty for what has none."""
        return next((unit for end, unit in UNITS.items() if self.name.endswith(end)), "")


@dataclass(frozen=True, slots=True)
class Table:
    """One table, without the columns that say which call a row belongs to."""

    name: str
    meaning: str
    """What a row is, in a sentence."""
    own_columns: tuple[Column, ...]
    own_rows: Callable[[Source], Iterable[Row]]
    """The rows of one call."""


START = Column("start_s", "number", "When it began, from the start of the call.")
END = Column("end_s", "number", "When it ended, from the start of the call.")
SPEAKER = Column("speaker", "text", "Whose: agent or customer.")
RULE = Column("rule", "text", "Id of the rule.")


def moment(text: str, zone: tzinfo | None) -> datetime | None:
    """A time as people's software wrote it; None if it is none.

    Args:
        text: ISO 8601.
        zone: of a time without an offset.
    """
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        return None
    return read if read.tzinfo else read.replace(tzinfo=zone)

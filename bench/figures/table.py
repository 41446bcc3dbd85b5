"""A figure, and how figures are printed."""

from collections.abc import Iterable
from dataclasses import dataclass
from operator import ge, le

_COMPARE = {"≤": le, "≥": ge}


@dataclass(frozen=True, slots=True)
class Row:
    """One figure of the bench."""

    name: str
    value: float
    """Infinite if what was waited for never came."""
    unit: str
    target: str = ""
    """Such as "≤ 0.5"; empty where there is none."""
    series: str = ""
    """What the figure belongs to, where the same is measured several times: of other programs, of more calls."""
    at: str = ""
    """Which of them: a program's name, a number of calls."""

    @property
    def met(self) -> bool | None:
        """Whether the target was reached; None where there is none."""
        if not self.target:
            return None
        sign, number = self.target.split()
        return _COMPARE[sign](self.value, float(number))

    @property
    def label(self) -> str:
        """The whole name."""
        return f"{self.series}, {self.at}: {self.name}" if self.series else self.name


def show(title: str, rows: Iterable[Row]) -> tuple[Row, ...]:
    """Print figures as they come, a line each, and return them all."""
    print(f"\n{title}")
    shown = []
    for row in rows:
        verdict = {True: "met", False: "MISSED", None: ""}[row.met]
        print(f"  {row.label:<72}{row.value:>10.3g} {row.unit:<16}{row.target:>9}  {verdict}", flush=True)
        shown.append(row)
    return tuple(shown)

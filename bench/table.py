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
    unit: str
    target: str = ""
    """Such as "≤ 0.5"; empty where there is none."""

    @property
    def met(self) -> bool | None:
        """Whether the target was reached; None where there is none."""
        if not self.target:
            return None
        sign, number = self.target.split()
        return _COMPARE[sign](self.value, float(number))


def show(title: str, rows: Iterable[Row]) -> None:
    """Print figures as they come, a line each."""
    print(f"\n{title}")
    for row in rows:
        verdict = {True: "met", False: "MISSED", None: ""}[row.met]
        print(f"  {row.name:<62}{row.value:>10.3g} {row.unit:<14}{row.target:>9}  {verdict}", flush=True)

"""What the project promises, and which figures show whether it keeps it; bench/targets.toml has the promises."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from bench.figures.kept import Measured
from bench.figures.table import Row

FILE = Path(__file__).parents[1] / "targets.toml"


@dataclass(frozen=True, slots=True)
class Target:
    """One promise."""

    promise: str
    target: str
    """Such as "≤ 0.5"; empty if the figure is only shown."""
    unit: str
    part: str = ""
    """Of the bench; empty if none measures it."""
    figures: str = ""
    """A regular expression for the names of its figures; all of them have to reach the target."""
    why: str = ""
    """What was found out and tried; shown where the target is missed or no part measures it."""
    test: str = ""
    """The file of the test that holds the promise, if that is no matter of figures."""

    @property
    def wanted(self) -> str:
        """The target as the page has it."""
        return f"{self.target} {self.unit}".strip() if self.target else "none"

    def worst(self, measured: Mapping[str, Measured]) -> Row | None:
        """Of its figures, the one that is furthest from the target or least within it; None if there is none."""
        if self.part not in measured:
            return None
        found = [row for row in measured[self.part].rows if re.fullmatch(self.figures, row.label)]
        return max((replace(row, target=self.target) for row in found), key=_excess, default=None)


@dataclass(frozen=True, slots=True)
class Section:
    """Promises that belong together."""

    title: str
    target: tuple[Target, ...]
    """As the file calls each of them."""


def sections(file: Path = FILE) -> tuple[Section, ...]:
    """All promises, in the order of the page.

    Raises:
        msgspec.ValidationError: the file lacks a key or has one of another type.
    """
    return msgspec.convert(tomllib.loads(file.read_text("utf-8"))["section"], tuple[Section, ...])


def _excess(row: Row) -> float:
    """How far over its target a figure is; the sign is turned where more is better."""
    if not row.target:
        return row.value
    sign, number = row.target.split()
    return (row.value - float(number)) * (1 if sign == "≤" else -1)

"""The last figures of every part, kept beside the bench, so that parts can be measured one at a time."""

from dataclasses import dataclass
from datetime import date
from math import inf
from pathlib import Path
from typing import Any

import msgspec

from bench.figures.machine import Machine
from bench.figures.table import Row

RESULTS = Path(__file__).parents[1] / "results"


@dataclass(frozen=True, slots=True)
class Measured:
    """One part as it was last measured."""

    part: str
    day: date
    revision: str
    took_min: float
    others: float
    """Which part of the machine other programs took meanwhile: 1 is all cores."""
    machine: Machine
    rows: tuple[Row, ...]
    beside: bool = False
    """Whether it was measured beside another part, which then counts among the other programs."""


def keep(measured: Measured, folder: Path = RESULTS) -> None:
    """Put the figures of a part in the place of its last ones."""
    folder.mkdir(exist_ok=True)
    text = msgspec.json.format(msgspec.json.encode(measured, enc_hook=float), indent=1)  # numpy's numbers
    new = folder / f"{measured.part}.new"  # another part may be reading all figures
    new.write_bytes(text + b"\n")
    new.replace(folder / f"{measured.part}.json")


def kept(folder: Path = RESULTS) -> dict[str, Measured]:
    """All parts that were measured, by name."""
    found = [msgspec.convert(_with_never(path.read_bytes()), Measured) for path in sorted(folder.glob("*.json"))]
    return {measured.part: measured for measured in found}


def _with_never(saved: bytes) -> Any:  # noqa: ANN401 - as JSON has it
    """JSON knows no infinity: null stands for the time of what never came."""
    measured = msgspec.json.decode(saved)
    for row in measured["rows"]:
        row["value"] = inf if row["value"] is None else row["value"]
    return measured

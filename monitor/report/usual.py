"""What is usual for an agent: the range of her earlier calls."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

FEWEST = 10
"""Earlier calls that it takes: with fewer, a call is outside their range too often by chance."""


@dataclass(frozen=True, slots=True)
class Range:
    """The lowest and the highest of earlier calls."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Usual:
    """What is usual for an agent."""

    calls: int = 0
    """Earlier calls that are known."""
    measures: Mapping[str, Range] = field(default_factory=dict)
    """By the name of the measure; none with too few calls."""
    items: Mapping[str, Range] = field(default_factory=dict)
    """Times in 10 minutes, by the item's id."""


UNKNOWN = Usual()

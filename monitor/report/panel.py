"""A panel of a picture: two linear scales, their ticks, and what is drawn on them."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from monitor.report.svg import FAINT, Pen, Point, areas, lines, text
from monitor.report.wording import number

Ends = tuple[float, float]

AXIS = Pen(FAINT, 0.6)
TICK_PT = 3.5
STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
"""Round distances between ticks, times a power of ten."""


@dataclass(frozen=True, slots=True)
class Panel:
    """Where a panel is in its picture, in points, and which values its sides have."""

    left: float
    top: float
    width: float
    height: float
    across: Ends
    """Values at the left and the right."""
    up: Ends = (0.0, 1.0)
    """Values at the bottom and the top."""

    @property
    def right(self) -> float:
        """The right side."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """The lower side."""
        return self.top + self.height

    def x(self, value: float) -> float:
        """Where a value is; at the side, if it is beyond."""
        return self.left + self.width * _share(value, self.across)

    def y(self, value: float) -> float:
        """Where a value is; at the side, if it is beyond."""
        return self.bottom - self.height * _share(value, self.up)

    def bars(self, spans: Sequence[Ends], colour: str, between: Ends | None = None, opacity: float = 1.0) -> str:
        """Rectangles over stretches of the scale across, as high as the panel or between two values."""
        low, high = between or self.up
        return areas(map(self._corners, spans, [low] * len(spans), [high] * len(spans)), colour, opacity)

    def band(self, low: float, high: float, colour: str, opacity: float) -> str:
        """A stripe from side to side between two values."""
        return areas([self._corners(self.across, low, high)], colour, opacity)

    def uprights(self, values: Sequence[float], pen: Pen, between: Ends | None = None) -> str:
        """Upright lines at values of the scale across, as high as the panel or between two values."""
        low, high = between or self.up
        return lines([((self.x(value), self.y(low)), (self.x(value), self.y(high))) for value in values], pen)

    def line(self, points: Sequence[tuple[float, float | None]], pen: Pen) -> str:
        """A line through the points; it breaks where a value is None."""
        return lines([[(self.x(at), self.y(value)) for at, value in run] for run in _runs(points)], pen)

    def area(
        self,
        at: Sequence[float],
        low: Sequence[float | None],
        high: Sequence[float | None],
        colour: str,
        opacity: float,
    ) -> str:
        """What is between two lines; it breaks where a value is None."""
        pairs = zip(_runs(list(zip(at, low, strict=True))), _runs(list(zip(at, high, strict=True))), strict=True)
        outlines = [[*below, *reversed(above)] for below, above in pairs]
        return areas([[(self.x(x), self.y(y)) for x, y in outline] for outline in outlines], colour, opacity)

    def left_axis(self, most: int, *, whole: bool = False) -> Iterator[str]:
        """The left side with its ticks and their numbers, no more than `most` steps."""
        yield lines([((self.left, self.top), (self.left, self.bottom))], AXIS)
        values, labels = ticks(self.up, most, whole=whole)
        yield lines([((self.left - TICK_PT, y), (self.left, y)) for y in map(self.y, values)], AXIS)
        for value, label in zip(values, labels, strict=True):
            yield text((self.left - 2 * TICK_PT, self.y(value)), label, anchor="end")

    def lower_axis(self, values: Sequence[float], labels: Sequence[str] = ()) -> Iterator[str]:
        """The lower side with ticks at the values, and a label at each unless there are none."""
        yield lines([((self.left, self.bottom), (self.right, self.bottom))], AXIS)
        yield lines([((x, self.bottom), (x, self.bottom + TICK_PT)) for x in map(self.x, values)], AXIS)
        for value, label in zip(values, labels, strict=False):
            yield text((self.x(value), self.bottom + 3.5 * TICK_PT), label, anchor="middle")

    def note(self, words: str) -> str:
        """Words in the middle, instead of what cannot be drawn."""
        return text((self.left + self.width / 2, self.top + self.height / 2), words, anchor="middle")

    def _corners(self, span: Ends, low: float, high: float) -> list[Point]:
        left, right, bottom, top = self.x(span[0]), self.x(span[1]), self.y(low), self.y(high)
        return [(left, bottom), (right, bottom), (right, top), (left, top)]


def ticks(ends: Ends, most: int, *, whole: bool = False) -> tuple[list[float], list[str]]:
    """Round values between two ends, no more than `most` steps apart, and how they are written."""
    low, high = ends
    least = max((high - low) / most, 1.0 if whole else 0.0)
    power = 10.0 ** math.floor(math.log10(least))
    step = next(power * step for step in STEPS if power * step >= least and not (whole and power * step % 1))
    values = [tick * step for tick in range(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1)]
    digits = next(digits for digits in range(20) if math.isclose(round(step, digits), step))
    return values, [number(value, digits) for value in values]


def _share(value: float, ends: Ends) -> float:
    """How far a value is from the first end to the second, never beyond either."""
    return min(1.0, max(0.0, (value - ends[0]) / (ends[1] - ends[0])))


def _runs(points: Sequence[tuple[float, float | None]]) -> Iterator[list[Point]]:
    """Stretches of points that have values."""
    run: list[Point] = []
    for at, value in points:
        if value is not None:
            run.append((at, value))
        elif run:
            yield run
            run = []
    if run:
        yield run

"""Pictures as inline SVG with the page's colours and fonts, a title and a description.

All places are in points from the upper left corner.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Literal

AGENT = "var(--agent)"
CUSTOMER = "var(--customer)"
BAND = "var(--band)"
PROMPT = "var(--prompt)"
URGENT = "var(--urgent)"
INK = "var(--ink)"
FAINT = "var(--faint)"
PAPER = "var(--paper)"
"""Variables of the style sheet, which gives them a colour on light and dark pages."""

CAPITAL = 0.73
"""Height of a capital letter or a digit, as a share of the size of the text."""

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Alt:
    """What a screen reader reads instead of a picture."""

    title: str
    description: str


@dataclass(frozen=True, slots=True)
class Pen:
    """How a line looks."""

    colour: str
    width: float
    dashes: str = ""
    """Lengths of dash and gap; empty for a solid line."""
    opacity: float = 1.0


@dataclass(frozen=True, slots=True)
class Font:
    """How letters look, in the family of the page."""

    size_pt: float = 9.0
    weight: int = 400


PLAIN, BOLD, SMALL = Font(), Font(weight=700), Font(size_pt=8.0)


def draw(name: str, alt: Alt, size: Point, elements: Iterable[str]) -> str:
    """Give a picture as one `<svg>` element.

    Args:
        name: of the picture, unlike any other on its page; begins the ids inside.
        alt: read out in its place.
        size: width and height.
        elements: what the functions below give; later ones cover earlier ones.
    """
    inside = "\n".join(element for element in elements if element)
    return (
        f'<svg class="picture" viewBox="0 0 {_number(size[0])} {_number(size[1])}" role="img" '
        f'aria-labelledby="{name}-title {name}-description" xmlns="http://www.w3.org/2000/svg">\n'
        f'<title id="{name}-title">{escape(alt.title)}</title>\n'
        f'<desc id="{name}-description">{escape(alt.description)}</desc>\n{inside}\n</svg>'
    )


def lines(strokes: Iterable[Sequence[Point]], pen: Pen) -> str:
    """Lines of one look, each through its points; empty if there are none."""
    path = " ".join(f"M{_points(points)}" for points in strokes)
    dashes = f"; stroke-dasharray: {pen.dashes}" if pen.dashes else ""
    opacity = f"; opacity: {pen.opacity}" if pen.opacity < 1 else ""
    style = f"fill: none; stroke: {pen.colour}; stroke-width: {pen.width}{dashes}{opacity}"
    return f'<path d="{path}" style="{style}"/>' if path else ""


def areas(outlines: Iterable[Sequence[Point]], colour: str, opacity: float = 1.0) -> str:
    """Filled shapes of one colour, which does not get darker where they overlap; empty if there are none."""
    path = " ".join(f"M{_points(points)}Z" for points in outlines)
    return f'<path d="{path}" style="fill: {colour}{f"; opacity: {opacity}" if opacity < 1 else ""}"/>' if path else ""


def circles(middles: Iterable[Point], radius: float, colour: str) -> str:
    """Filled circles of one size and colour."""
    return "".join(
        f'<circle cx="{_number(x)}" cy="{_number(y)}" r="{_number(radius)}" style="fill: {colour}"/>'
        for x, y in middles
    )


def text(
    at: Point,
    words: str,
    colour: str = INK,
    font: Font = PLAIN,
    anchor: Literal["start", "middle", "end"] = "start",
) -> str:
    """One line of text: `at` is halfway up its capitals, at its start, middle or end."""
    x, y = at[0], at[1] + font.size_pt * CAPITAL / 2
    style = f"fill: {colour}; font-size: {font.size_pt:g}px; font-weight: {font.weight}; text-anchor: {anchor}"
    return f'<text x="{_number(x)}" y="{_number(y)}" style="{style}">{escape(words)}</text>'


def _points(points: Iterable[Point]) -> str:
    return " ".join(f"{_number(x)} {_number(y)}" for x, y in points)


def _number(value: float) -> str:
    return f"{round(value, 2):g}"

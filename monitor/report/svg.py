"""Pictures by matplotlib as inline SVG with the page's colours and fonts, a title and a description."""

import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.figure import Figure

AGENT, CUSTOMER, BAND, PROMPT, URGENT, INK, FAINT, PAPER = (
    "#010101",
    "#020202",
    "#030303",
    "#040404",
    "#050505",
    "#060606",
    "#070707",
    "#080808",
)
"""Stand-ins for the colours of the page: each is replaced by a variable of the style sheet, light or dark."""

_VARIABLES = {
    AGENT: "--agent",
    CUSTOMER: "--customer",
    BAND: "--band",
    PROMPT: "--prompt",
    URGENT: "--urgent",
    INK: "--ink",
    FAINT: "--faint",
    PAPER: "--paper",
}
_STYLE: dict[str, Any] = {
    "svg.hashsalt": "tone-monitor",
    "svg.fonttype": "none",
    "font.size": 9,
    "text.color": INK,
    "axes.edgecolor": FAINT,
    "axes.labelcolor": INK,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.color": FAINT,
    "xtick.labelcolor": INK,
    "ytick.color": FAINT,
    "ytick.labelcolor": INK,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "path.simplify": False,
}
_NAMELESS = {"Date": None, "Creator": None, "Format": None, "Type": None}


@dataclass(frozen=True, slots=True)
class Alt:
    """What a screen reader reads instead of a picture."""

    title: str
    description: str


def draw(name: str, alt: Alt, size: tuple[float, float], paint: Callable[["Figure"], None]) -> str:
    """Draw a picture.

    Args:
        name: of the picture, unlike any other on its page; begins the ids inside.
        alt: read out in its place.
        size: width and height in inches at 72 points.
        paint: draws on the empty figure, in the stand-in colours.

    Returns:
        One `<svg>` element, the same for the same picture.
    """
    import matplotlib as mpl  # takes a second, and only pages with pictures need it
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    with mpl.rc_context():
        mpl.rcdefaults()  # a matplotlibrc of the user's changes no report
        mpl.rcParams.update(_STYLE)  # type: ignore[arg-type]  # its keys are a list of literals
        figure = Figure(figsize=size, dpi=72)
        paint(figure)
        written = io.StringIO()
        FigureCanvasSVG(figure).print_svg(written, metadata=_NAMELESS)  # type: ignore[no-untyped-call]  # as they are
    return _for_page(written.getvalue(), name, alt)


def _for_page(drawn: str, name: str, alt: Alt) -> str:
    svg = drawn[drawn.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>\s*", "", svg, flags=re.DOTALL)
    svg = re.sub(r'(\bid="|"#|url\(#)', rf"\g<1>{name}-", svg)
    svg = re.sub(r"<!--.*?-->\s*", "", svg, flags=re.DOTALL)
    svg = re.sub(r"<defs>\s*<style.*?</style>\s*</defs>\s*", "", svg, flags=re.DOTALL)
    svg = re.sub(r' transform="rotate\(-0 [^"]*"', "", svg)
    svg = re.sub(r"font-family: [^;\"]*;? ?", "", svg)
    for colour, variable in _VARIABLES.items():
        svg = svg.replace(colour, f"var({variable})")
    view = re.search(r'viewBox="([^"]+)"', svg)
    head = (
        f'<svg class="picture" viewBox="{view[1] if view else ""}" role="img" '
        f'aria-labelledby="{name}-title {name}-description" xmlns="http://www.w3.org/2000/svg" '
        'xmlns:xlink="http://www.w3.org/1999/xlink">\n'
        f'<title id="{name}-title">{escape(alt.title)}</title>\n'
        f'<desc id="{name}-description">{escape(alt.description)}</desc>'
    )
    return head + svg[svg.index(">") + 1 :].strip()

"""A flame graph as a picture: a box for each function, as wide as its share, above the one that called it."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from html import escape

from tools.profile.stacks import Frame, Stack, by_room

WIDTH, ROW, CHARACTER = 1200, 17, 6.6
"""Of the picture, of a row and of a letter, in pixels."""
LEAST = 0.004
"""A box with a smaller share is left out."""
COLOURS = ("#e7ba8a", "#e39a6f", "#edcf8d", "#d9a05b", "#f0b27a")
TITLE_PX = 24
LEAST_LETTERS = 3
LEAST_MS = 0.05


def picture(title: str, stacks: Mapping[Stack, int]) -> str:
    """The picture, as SVG."""
    total = sum(stacks.values())
    boxes = list(_boxes(stacks, total, 0, 0.0))
    height = TITLE_PX + (max((depth for depth, *_ in boxes), default=0) + 1) * ROW
    size = f'viewBox="0 0 {WIDTH} {height}" font-family="monospace" font-size="11"'
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size}>',
        f'<rect width="{WIDTH}" height="{height}" fill="#fff"/><text x="4" y="16">{escape(title)}</text>',
    ]
    for depth, frame, x, share in boxes:
        y, width = height - (depth + 1) * ROW, share * WIDTH
        letters = int((width - 4) / CHARACTER)
        text = str(frame)[:letters] if letters >= LEAST_LETTERS else ""
        lines.append(
            f'<g><title>{escape(str(frame))}: {100 * share:.1f} %</title><rect x="{x * WIDTH:.1f}" y="{y}" '
            f'width="{width:.1f}" height="{ROW - 1}" fill="{COLOURS[len(frame.function) % len(COLOURS)]}"/>'
            f'<text x="{x * WIDTH + 2:.1f}" y="{y + 12}">{escape(text)}</text></g>'
        )
    return "\n".join([*lines, "</svg>", ""])


def _boxes(
    stacks: Mapping[Stack, int], total: int, depth: int, start: float
) -> Iterator[tuple[int, Frame, float, float]]:
    """Depth, function, place and share of each box that is wide enough."""
    above: dict[Frame, Counter[Stack]] = {}
    for stack, count in stacks.items():
        if stack:
            above.setdefault(stack[0], Counter())[stack[1:]] += count
    for frame in sorted(above, key=str):
        share = above[frame].total() / total
        if share >= LEAST:
            yield depth, frame, start, share
            yield from _boxes(above[frame], total, depth + 1, start)
        start += share


def table(costs: Sequence[tuple[str, float, Mapping[Stack, int]]]) -> Iterator[str]:
    """Lines of a table: what a second of a call costs in each room, in ms of CPU.

    Args:
        costs: for each column its title, the CPU of a second of the call in ms, and the stacks that were seen.
    """
    shared = [{room: cpu_ms * share for room, share in by_room(stacks).items()} for _, cpu_ms, stacks in costs]
    rooms = sorted(
        {room for one in shared for room in one}, key=lambda room: -max(one.get(room, 0.0) for one in shared)
    )
    yield f"| ms of CPU for a second of the call | {' | '.join(title for title, _, _ in costs)} |"
    yield f"|---|{'---:|' * len(costs)}"
    for room in rooms:
        yield f"| {room} | {' | '.join(_cell(one.get(room, 0.0)) for one in shared)} |"
    yield f"| **together** | {' | '.join(f'**{cpu_ms:.0f}**' for _, cpu_ms, _ in costs)} |"


def _cell(cpu_ms: float) -> str:
    return f"{cpu_ms:.1f}" if cpu_ms >= LEAST_MS else ""

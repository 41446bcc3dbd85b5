"""Puts the figures that README quotes into it: `python -m bench results` writes those between its markers.

`<!-- bench live: start → screen -->0.5<!-- /bench -->` is one figure, `<!-- bench engines -->` begins the table of both
engines.
"""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from bench.figures.kept import Measured, kept

README = Path(__file__).parents[2] / "README.md"
MARKED = re.compile(r"(<!-- bench (\w+)(?:: ([^>]+?))? -->)(.*?)(<!-- /bench -->)", re.DOTALL)
ENGINES = ("swift", "librosa")
BANDS = ("wide band", "telephone")
LINES: tuple[tuple[str, Sequence[tuple[str, str, str]]], ...] = (
    (
        "pitch of made speech, gross errors: wide band / telephone",
        [("Pitch of made speech", f"{band}, gross errors", "%") for band in BANDS],
    ),
    (
        "pitch of real speech on a known contour, gross errors: wide band / telephone",
        [("Pitch of real speech on a known contour", f"{band}, gross errors", "%") for band in BANDS],
    ),
    (
        "the same, voiced or not is wrong: wide band / telephone",
        [("Pitch of real speech on a known contour", f"{band}, voicing errors", "%") for band in BANDS],
    ),
    (
        "syllable peaks of English read speech, mean error: wide band / telephone",
        [("Rate of English read speech", f"{band}, mean error", "%") for band in BANDS],
    ),
    (
        "volume, largest difference from the exact power",
        [("What an engine costs", "volume: largest difference from the exact power", "dB")],
    ),
    (
        "CPU live, per second of speech",
        [("What an engine costs", "CPU live, per second of speech without a pause", "ms")],
    ),
    ("CPU to load", [("What an engine costs", "CPU to load", "s")]),
    ("memory of what is loaded", [("What an engine costs", "memory", "MB")]),
)
"""What a line of the table says, and of which figures."""


def write() -> None:
    """Write README with the saved figures."""
    README.write_text(with_figures(README.read_text("utf-8"), kept()), encoding="utf-8")


def with_figures(text: str, measured: Mapping[str, Measured]) -> str:
    """The text with the saved figures between its markers; what was not measured stays as it is.

    Raises:
        LookupError: a marker names a figure that its part does not have.
    """

    def replaced(found: re.Match[str]) -> str:
        begin, part, label, old, end = found.groups()
        if part not in measured:
            return found[0]
        figures = {row.label: row.value for row in measured[part].rows}
        if label is None:
            return f"{begin}\n{_table(figures)}\n{end}"
        if label not in figures:
            raise LookupError(f"README quotes “{label}” of the part {part}, which has no such figure.")
        return f"{begin}{_short(figures[label])}{end}" if old else found[0]

    return MARKED.sub(replaced, text)


def _table(figures: Mapping[str, float]) -> str:
    lines = [f"| | {' | '.join(ENGINES)} |", "|---|" + "---:|" * len(ENGINES)]
    for name, sources in LINES:
        cells = []
        for engine in ENGINES:
            values = [_short(figures[f"{series}, {engine}: {figure}"]) for series, figure, _ in sources]
            cells.append(f"{' / '.join(values)} {sources[0][2]}")
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _short(value: float) -> str:
    """Two digits that count; what is as good as nothing is 0."""
    if abs(value) < 1e-5:
        return "0"
    return f"{value:,.0f}" if abs(value) >= 10 else f"{float(f'{value:.2g}'):g}"
